// The directory API, as far as these tests register applications with it.

import assert from 'node:assert/strict';
import { application, GRAPH, URL_ } from './world.mjs';

const automation = application('AUTOMATION');

/** One request that must succeed; gives its JSON, or nothing for 204. */
export async function directory(method, path, body) {
  const { accessToken } = await automation.acquireTokenByClientCredential({ scopes: [`${GRAPH}/.default`] });
  const answer = await fetch(`${URL_}/v1.0${path}`, {
    method,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** An application with its service principal, gone at the end of the test. */
export async function register(t, displayName, properties = {}) {
  const made = await directory('POST', '/applications', { displayName, signInAudience: 'AzureADMyOrg', ...properties });
  t.after(() => directory('DELETE', `/applications/${made.id}`));
  await directory('POST', '/servicePrincipals', { appId: made.appId });
  return made;
}

/** Registers a certificate. */
export const trustCertificate = ({ id }, { der }) =>
  directory('PATCH', `/applications/${id}`, {
    keyCredentials: [
      { type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64'), displayName: 'CN=conformance' },
    ],
  });
