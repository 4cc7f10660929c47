// @azure/msal-node: secret, certificate, authorization code; refusals first.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { register, trustCertificate } from './directory.mjs';
import { Person } from './person.mjs';
import { application, asPerson, certificate, claims, clientId, confidential, CONTOSO, everything, GRAPH, REDIRECT_URI } from './world.mjs';

const { ALICE_OBJECT_ID, ALICE_UPN } = process.env;

const refused = (call, error, code) =>
  assert.rejects(call, (thrown) => {
    assert.equal(thrown.errorCode, error, thrown.message);
    assert.match(thrown.message, new RegExp(`AADSTS${code}:`));
    return true;
  });

test('a wrong secret is refused', () =>
  refused(confidential(clientId('READER'), { clientSecret: 'wrong' }).acquireTokenByClientCredential({ scopes: everything }), 'invalid_client', 7000215));

for (const tenant of [CONTOSO.id, CONTOSO.domain]) {
  test(`a token with a secret, at ${tenant}`, async () => {
    const app = application('READER', tenant);
    const first = await app.acquireTokenByClientCredential({ scopes: everything });
    assert.equal(first.tokenType, 'Bearer');
    assert.equal(claims(first.accessToken).appid, clientId('READER'));
    assert.equal((await app.acquireTokenByClientCredential({ scopes: everything })).fromCache, true);
  });
}

test('a certificate, with either thumbprint', async (t) => {
  const [ours, another] = [certificate(), certificate()];
  const made = await register(t, 'Certificate client of msal-node');
  await trustCertificate(made, ours);
  const ask = (clientCertificate, tenant) =>
    confidential(made.appId, { clientCertificate }, tenant).acquireTokenByClientCredential({ scopes: everything });

  const { privateKey, x5c, sha1, sha256 } = ours;
  await refused(ask({ thumbprintSha256: another.sha256, privateKey: another.privateKey }), 'invalid_client', 700027);
  await refused(ask({ thumbprintSha256: sha256, privateKey: another.privateKey }), 'invalid_client', 700027);
  for (const proof of [{ thumbprintSha256: sha256, privateKey }, { thumbprintSha256: sha256, privateKey, x5c }, { thumbprint: sha1, privateKey }]) {
    for (const tenant of [CONTOSO.id, CONTOSO.domain]) {
      const { accessToken } = await ask(proof, tenant);
      assert.equal(claims(accessToken).appidacr, '2');
    }
  }
});

/** PKCE is up to the application with this client. */
function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

async function signIn(app, proof, challenge = {}) {
  const url = await app.getAuthCodeUrl({ scopes: asPerson, redirectUri: REDIRECT_URI, state: 's1', nonce: 'n1', ...challenge });
  const { searchParams: answer } = await new Person('ALICE').open(url, REDIRECT_URI);
  assert.equal(answer.get('state'), 's1');
  return app.acquireTokenByCode({
    code: answer.get('code'), scopes: asPerson, redirectUri: REDIRECT_URI, nonce: 'n1', clientInfo: answer.get('client_info') ?? '', ...proof,
  });
}

test('a code with another verifier is refused', async () => {
  const { challenge } = pkce();
  const call = signIn(application('VENDOR'), { codeVerifier: pkce().verifier }, { codeChallenge: challenge, codeChallengeMethod: 'S256' });
  await refused(call, 'invalid_grant', 501481);
});

test('a verifier where no challenge was sent is refused', () =>
  assert.rejects(signIn(application('VENDOR'), { codeVerifier: pkce().verifier }), { errorCode: 'invalid_grant' }));

test('a code, and the refresh token behind it', async () => {
  const app = application('VENDOR');
  const { verifier, challenge } = pkce();
  const answer = await signIn(app, { codeVerifier: verifier }, { codeChallenge: challenge, codeChallengeMethod: 'S256' });
  assert.equal(answer.account.username, ALICE_UPN);
  assert.equal(answer.account.homeAccountId, `${ALICE_OBJECT_ID}.${CONTOSO.id}`);
  assert.equal(claims(answer.accessToken).scp, 'user_impersonation');

  const graph = await app.acquireTokenSilent({ scopes: [`${GRAPH}/User.Read`], account: answer.account });
  assert.equal(graph.fromCache, false);
  assert.ok(claims(graph.accessToken).scp.split(' ').includes('User.Read'));
});

test('a code without PKCE, of a client that keeps a secret', async () => {
  const answer = await signIn(application('VENDOR', 'organizations'), {});
  assert.equal(answer.tenantId, CONTOSO.id);
});
