// The demonstration world as `demo.env` tells it, and MSAL's applications in it.

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { ConfidentialClientApplication } from '@azure/msal-node';

const env = process.env;

export const URL_ = env.COMMONHOLD_URL;
export const GRAPH = 'https://graph.microsoft.com';
export const REDIRECT_URI = env.VENDOR_REDIRECT_URI;
export const CONTOSO = { id: env.CONTOSO_TENANT_ID, domain: env.CONTOSO_DOMAIN, environment: env.CONTOSO_ENVIRONMENT };
export const everything = [`${CONTOSO.environment}/.default`];
export const asPerson = [`${CONTOSO.environment}/user_impersonation`];

export const clientId = (name) => env[`${name}_CLIENT_ID`];
export const clientSecret = (name) => env[`${name}_CLIENT_SECRET`];

/** An application of MSAL; `proof` is what its settings call the credential. */
export const confidential = (client, proof, tenant = CONTOSO.id) =>
  new ConfidentialClientApplication({
    auth: { clientId: client, authority: `${URL_}/${tenant}`, knownAuthorities: [new URL(URL_).host], ...proof },
  });

/** An application of the demonstration world, by the name that `demo.env` gives it. */
export const application = (name, tenant) => confidential(clientId(name), { clientSecret: clientSecret(name) }, tenant);

/** An application's own token. */
export const tokenOf = async (name, scopes = everything) =>
  (await application(name).acquireTokenByClientCredential({ scopes })).accessToken;

/** What a token says. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

/** A new self-signed certificate and its key. */
export function certificate() {
  const pem = execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-days', '1', '-subj', '/CN=conformance'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  const cut = pem.indexOf('-----BEGIN CERTIFICATE-----');
  const { raw } = new X509Certificate(pem.slice(cut));
  const hash = (algorithm) => createHash(algorithm).update(raw).digest('hex');
  return { pem, privateKey: pem.slice(0, cut), x5c: pem.slice(cut), der: raw, sha1: hash('sha1'), sha256: hash('sha256') };
}
