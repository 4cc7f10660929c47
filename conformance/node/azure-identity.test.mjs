// @azure/identity: the credentials of a service; a refusal first.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import { register, trustCertificate } from './directory.mjs';
import { certificate, claims, clientId, clientSecret, CONTOSO, everything, URL_ } from './world.mjs';

const here = { authorityHost: URL_, disableInstanceDiscovery: true };

test('a wrong secret is refused', () =>
  assert.rejects(new ClientSecretCredential(CONTOSO.id, clientId('READER'), 'wrong', here).getToken(everything), /AADSTS7000215/));

for (const tenant of [CONTOSO.id, CONTOSO.domain]) {
  test(`a token with a secret, at ${tenant}`, async () => {
    const credential = new ClientSecretCredential(tenant, clientId('READER'), clientSecret('READER'), here);
    const { token, expiresOnTimestamp } = await credential.getToken(everything);
    assert.ok(expiresOnTimestamp > Date.now());
    assert.equal(claims(token).tid, CONTOSO.id);
  });
}

test('a token with a certificate', async (t) => {
  const ours = certificate();
  const made = await register(t, 'Certificate client of @azure/identity');
  await trustCertificate(made, ours);
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  t.after(() => rm(folder, { recursive: true }));
  const certificatePath = join(folder, 'client.pem');
  await writeFile(certificatePath, ours.pem);
  for (const sendCertificateChain of [false, true]) {
    const credential = new ClientCertificateCredential(CONTOSO.id, made.appId, { certificatePath }, { ...here, sendCertificateChain });
    const { token } = await credential.getToken(everything);
    assert.equal(claims(token).appidacr, '2');
  }
});
