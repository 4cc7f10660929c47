// openid-client: a certified client of OpenID Connect, with all its checks switched on; refusals first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oidc from 'openid-client';
import { Person } from './person.mjs';
import { asPerson, claims, clientId, clientSecret, CONTOSO, everything, GRAPH, REDIRECT_URI, URL_ } from './world.mjs';

const { ALICE_OBJECT_ID, ALICE_UPN } = process.env;
const SIGN_IN = 'openid profile offline_access User.Read';

async function discovered(name = 'VENDOR', issuer = `${URL_}/${CONTOSO.id}/v2.0`) {
  const config = await oidc.discovery(new URL(issuer), clientId(name), clientSecret(name));
  oidc.enableNonRepudiationChecks(config); // fetches the keys, and checks the signature of each ID token
  return config;
}

/** A sign-in of alice: the request's secrets, and the answer as it reaches the application. */
async function signIn(config, { pushed, DPoP, ...changes } = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const expectedNonce = oidc.randomNonce();
  const parameters = {
    redirect_uri: REDIRECT_URI, scope: SIGN_IN, state: expectedState, nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...changes,
  };
  const url = pushed
    ? await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
    : oidc.buildAuthorizationUrl(config, parameters);
  const answer = await new Person('ALICE').open(url, REDIRECT_URI);
  return { url, answer, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

const refused = (call, error) =>
  assert.rejects(call, (thrown) => {
    assert.equal(thrown.error, error, `${thrown.message} ${thrown.error_description}`);
    return true;
  });

test('discovery says what there is', async () => {
  const server = (await discovered()).serverMetadata();
  assert.equal(server.issuer, `${URL_}/${CONTOSO.id}/v2.0`);
  assert.ok(server.supportsPKCE());
  assert.equal(server.authorization_response_iss_parameter_supported, true);
  for (const member of ['pushed_authorization_request_endpoint', 'end_session_endpoint', 'userinfo_endpoint', 'revocation_endpoint', 'introspection_endpoint', 'device_authorization_endpoint']) {
    assert.ok(server[member]?.startsWith(`${URL_}/`), member);
  }
  const byDomain = await discovered('VENDOR', `${URL_}/${CONTOSO.domain}/v2.0/.well-known/openid-configuration`);
  assert.equal(byDomain.serverMetadata().issuer, server.issuer);
});

test('an answer of another issuer is a mix-up', async () => {
  const config = await discovered();
  const { answer, checks } = await signIn(config);
  assert.equal(answer.searchParams.get('iss'), config.serverMetadata().issuer);
  answer.searchParams.set('iss', 'https://attacker.example');
  await assert.rejects(oidc.authorizationCodeGrant(config, answer, checks), ({ cause }) => /"iss"/.test(cause?.message));
});

test('a code is good once', async () => {
  const config = await discovered();
  const { answer, checks } = await signIn(config);
  await oidc.authorizationCodeGrant(config, answer, checks);
  await refused(oidc.authorizationCodeGrant(config, answer, checks), 'invalid_grant');
});

test('code with PKCE, ID token, userinfo', async () => {
  const config = await discovered();
  const { answer, checks } = await signIn(config, { max_age: '3600' });
  const tokens = await oidc.authorizationCodeGrant(config, answer, { ...checks, maxAge: 3600 });
  const person = tokens.claims();
  assert.equal(person.iss, config.serverMetadata().issuer);
  assert.equal(person.oid, ALICE_OBJECT_ID);
  assert.equal(person.preferred_username, ALICE_UPN);
  const info = await oidc.fetchUserInfo(config, tokens.access_token, person.sub);
  assert.equal(info.name, person.name);
});

test('a refresh token is rotated, and good for another resource', async () => {
  const config = await discovered();
  const { answer, checks } = await signIn(config);
  const first = await oidc.authorizationCodeGrant(config, answer, checks);
  const second = await oidc.refreshTokenGrant(config, first.refresh_token, { scope: asPerson[0] });
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(claims(second.access_token).scp, 'user_impersonation');
  const third = await oidc.refreshTokenGrant(config, second.refresh_token, { scope: `openid ${GRAPH}/User.Read` });
  assert.equal((await oidc.fetchUserInfo(config, third.access_token, first.claims().sub)).sub, first.claims().sub);
  await refused(oidc.refreshTokenGrant(await discovered('READER'), third.refresh_token), 'invalid_grant');
});

test('a refresh token that was revoked', async () => {
  const config = await discovered();
  const { answer, checks } = await signIn(config);
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
  await oidc.tokenRevocation(config, tokens.refresh_token);
  await refused(oidc.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant');
});

test('a pushed request is good once, and for its client only', async () => {
  const config = await discovered();
  const { url, answer, checks } = await signIn(config, { pushed: true });
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
  assert.equal(tokens.claims().oid, ALICE_OBJECT_ID);

  const again = await fetch(url, { redirect: 'manual' });
  assert.equal(again.status, 400);
  assert.match(await again.text(), /request_uri/);
  const stranger = await discovered('READER');
  const pushed = await oidc.buildAuthorizationUrlWithPAR(config, { redirect_uri: REDIRECT_URI, scope: SIGN_IN });
  pushed.searchParams.set('client_id', stranger.clientMetadata().client_id);
  const others = await fetch(pushed, { redirect: 'manual' });
  assert.equal(others.status, 400);
});

test('a token bound by DPoP is good with its key, and with nothing else', async () => {
  const config = await discovered('READER');
  const bound = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const another = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const tokens = await oidc.clientCredentialsGrant(config, { scope: everything[0] }, { DPoP: bound });
  assert.equal(tokens.token_type, 'dpop');

  const rows = new URL(`${CONTOSO.environment}/api/data/v9.2/accounts?$top=1`);
  const asBearer = await fetch(rows, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(asBearer.status, 401);
  const withoutProof = await fetch(rows, { headers: { Authorization: `DPoP ${tokens.access_token}` } });
  assert.equal(withoutProof.status, 401);
  const read = (DPoP) => oidc.fetchProtectedResource(config, tokens.access_token, rows, 'GET', null, new Headers(), { DPoP });
  assert.equal((await read(another)).status, 401);

  const answer = await read(bound);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).value.length, 1);
});

test('a code and its refresh token, bound by DPoP', async () => {
  const config = await discovered();
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const { answer, checks } = await signIn(config, { scope: `openid offline_access ${asPerson[0]}`, pushed: true, DPoP });
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, 'dpop');
  const me = new URL(`${CONTOSO.environment}/api/data/v9.2/WhoAmI`);
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token, { scope: asPerson[0] }, { DPoP });
  const said = await oidc.fetchProtectedResource(config, fresh.access_token, me, 'GET', null, new Headers(), { DPoP });
  assert.equal(said.status, 200);
});

test('signing out', async () => {
  const config = await discovered();
  const alice = new Person('ALICE');
  const parameters = { redirect_uri: REDIRECT_URI, scope: 'openid', state: 's1', nonce: 'n1' };
  const answer = await alice.open(oidc.buildAuthorizationUrl(config, parameters), REDIRECT_URI);
  const tokens = await oidc.authorizationCodeGrant(config, answer, { expectedState: 's1', expectedNonce: 'n1' });

  const silent = oidc.buildAuthorizationUrl(config, { ...parameters, prompt: 'none' });
  assert.ok((await alice.open(silent, REDIRECT_URI)).searchParams.get('code'));
  const out = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: REDIRECT_URI, id_token_hint: tokens.id_token, state: 'bye' });
  assert.equal((await alice.open(out, REDIRECT_URI)).searchParams.get('state'), 'bye');
  const after = await alice.open(silent, REDIRECT_URI);
  assert.equal(after.searchParams.get('error'), 'login_required');
});
