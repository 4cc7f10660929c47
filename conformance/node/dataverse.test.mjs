// dynamics-web-api, as its documentation uses it, with tokens that MSAL got; refusals by their codes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DynamicsWebApi } from 'dynamics-web-api';
import { tokenOf } from './world.mjs';

const { CONTOSO_ENVIRONMENT, ALICE_OBJECT_ID, BOB_OBJECT_ID, CAROL_OBJECT_ID } = process.env;

const connect = (token, extra = {}) =>
  new DynamicsWebApi({
    serverUrl: CONTOSO_ENVIRONMENT,
    dataApi: { version: '9.2' },
    onTokenRefresh: async () => token,
    ...extra,
  });

const reader = connect(await tokenOf('READER'));
const deployer = connect(await tokenOf('DEPLOYER'));

/** Asserts that a call is refused with this status and Dataverse code; gives the message. */
async function refused(call, status, code) {
  try {
    await call();
  } catch (error) {
    assert.equal(error.status, status, error.message);
    assert.equal(error.code, code, error.message);
    return error.message;
  }
  assert.fail(`expected ${status} ${code}`);
}

describe('refusals', () => {
  test('a write without the privilege names it', async () => {
    const message = await refused(() => reader.create({ collection: 'accounts', data: { name: 'X' } }), 403, '0x80040220');
    assert.match(message, /prvCreateAccount/);
  });
  test('a table without the privilege', () =>
    refused(() => reader.retrieveMultiple({ collection: 'tasks', select: ['subject'] }), 403, '0x80040220'));
  test('a row that is not there', () =>
    refused(() => reader.retrieve({ collection: 'accounts', key: '5a1e0c11-0001-4e0a-9b1c-10aa000000ff' }), 404, '0x80040217'));
  test('an unknown column', () =>
    refused(() => reader.retrieveMultiple({ collection: 'accounts', select: ['nam'] }), 400, '0x80060888'));
  test('an unknown table', () =>
    refused(() => reader.retrieveMultiple({ collection: 'acounts', select: ['name'] }), 404, '0x80060888'));
  test('text that is too long', () =>
    refused(() => deployer.create({ collection: 'accounts', data: { name: 'x'.repeat(161) } }), 400, '0x80044331'));
  test('impersonation without the privilege', () =>
    refused(() => reader.retrieveMultiple({ collection: 'accounts', impersonateAAD: ALICE_OBJECT_ID }), 403, '0x8004a110'));
  test('impersonation of somebody without a role', () =>
    refused(() => deployer.retrieveMultiple({ collection: 'accounts', impersonateAAD: BOB_OBJECT_ID }), 403, '0x80042f09'));
  test('impersonation of somebody without a licence', async () => {
    await assert.rejects(() => deployer.retrieveMultiple({ collection: 'accounts', impersonateAAD: CAROL_OBJECT_ID }), (error) => {
      assert.equal(error.status, 403, error.message);
      assert.match(error.message, /licen[cs]e/i);
      return true;
    });
  });
  test('a broken token', () =>
    assert.rejects(() => connect('not.a.token').callFunction('WhoAmI'), { status: 401 }));
});

describe('one row', () => {
  let id;
  before(async () => {
    id = await deployer.create({ collection: 'accounts', data: { name: 'Fjord Freight', revenue: 750000.5, numberofemployees: 12 } });
    assert.match(id, /^[0-9a-f-]{36}$/);
  });
  after(() => deployer.deleteRecord({ collection: 'accounts', key: id }).catch(() => {}));

  test('retrieve', async () => {
    const row = await reader.retrieve({ collection: 'accounts', key: id, select: ['name', 'revenue'], includeAnnotations: '*' });
    assert.equal(row.name, 'Fjord Freight');
    assert.equal(row.revenue, 750000.5);
    assert.match(row['@odata.etag'], /^W\/"\d+"$/);
    assert.equal(row.revenue_Formatted, '$750,000.50');
  });

  test('create with the row in the answer', async () => {
    const row = await deployer.create({
      collection: 'contacts', data: { firstname: 'Ada', lastname: 'Berg', 'parentcustomerid_account@odata.bind': `/accounts(${id})` },
      returnRepresentation: true, select: ['fullname', '_parentcustomerid_value'],
    });
    assert.equal(row.fullname, 'Ada Berg');
    assert.equal(row._parentcustomerid_value, id);
    await deployer.deleteRecord({ collection: 'contacts', key: row.contactid });
  });

  test('update, and only what was read', async () => {
    await deployer.update({ collection: 'accounts', key: id, data: { name: 'Fjord & Søn' } });
    const row = await deployer.retrieve({ collection: 'accounts', key: id, select: ['name'] });
    assert.equal(row.name, 'Fjord & Søn');
    await deployer.update({ collection: 'accounts', key: id, data: { name: 'Fjord Freight' }, ifmatch: row['@odata.etag'] });
    assert.equal(await deployer.update({ collection: 'accounts', key: id, data: { name: 'late' }, ifmatch: row['@odata.etag'] }), false);
  });

  test('upsert creates, updates, and keeps its conditions', async () => {
    const key = '5a1e0c11-0001-4e0a-9b1c-10aa0000c0de';
    await deployer.upsert({ collection: 'accounts', key, data: { name: 'First' } });
    await deployer.upsert({ collection: 'accounts', key, data: { name: 'Second' } });
    assert.equal((await deployer.retrieve({ collection: 'accounts', key, select: ['name'] })).name, 'Second');
    assert.equal(await deployer.upsert({ collection: 'accounts', key, data: { name: 'x' }, ifnonematch: '*' }), null);
    await deployer.deleteRecord({ collection: 'accounts', key });
    assert.equal(await deployer.upsert({ collection: 'accounts', key, data: { name: 'x' }, ifmatch: '*' }), null);
  });

  test('delete', async () => {
    const gone = await deployer.create({ collection: 'accounts', data: { name: 'Short-lived' } });
    await deployer.deleteRecord({ collection: 'accounts', key: gone });
    await refused(() => deployer.retrieve({ collection: 'accounts', key: gone }), 404, '0x80040217');
  });

  test('a lookup is set, followed and cleared', async () => {
    const contact = await deployer.create({ collection: 'contacts', data: { lastname: 'Lund' } });
    await deployer.associateSingleValued({
      collection: 'accounts', primaryKey: id, navigationProperty: 'primarycontactid', relatedCollection: 'contacts', relatedKey: contact,
    });
    const row = await reader.retrieve({ collection: 'accounts', key: id, select: ['name'], expand: [{ property: 'primarycontactid', select: ['lastname'] }] });
    assert.equal(row.primarycontactid.lastname, 'Lund');
    await deployer.disassociateSingleValued({ collection: 'accounts', primaryKey: id, navigationProperty: 'primarycontactid' });
    const cleared = await reader.retrieve({ collection: 'accounts', key: id, select: ['_primarycontactid_value'] });
    assert.equal(cleared._primarycontactid_value, null);
    await deployer.deleteRecord({ collection: 'contacts', key: contact });
  });
});

describe('many rows', () => {
  test('filter, order, count', async () => {
    const page = await reader.retrieveMultiple({
      collection: 'accounts', select: ['name', 'revenue'], filter: "revenue gt 1000 and contains(name,'a')", orderBy: ['name asc'], count: true, top: 10,
    });
    assert.ok(page.oDataCount > 10, String(page.oDataCount));
    assert.equal(page.value.length, 10);
    const names = page.value.map((row) => row.name.toLowerCase());
    assert.ok(page.value.every((row) => row.revenue > 1000 && row.name.toLowerCase().includes('a')));
    assert.deepEqual(names, [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  test('paging visits every row once', async () => {
    const all = await reader.retrieveMultiple({ collection: 'contacts', select: ['fullname'], orderBy: ['lastname'], maxPageSize: 300, count: true });
    const seen = new Set(all.value.map((row) => row.contactid));
    let page = all;
    while (page.oDataNextLink) {
      assert.equal(page.value.length, 300);
      page = await reader.retrieveMultiple({ collection: 'contacts', select: ['fullname'], orderBy: ['lastname'], maxPageSize: 300, count: true }, page.oDataNextLink);
      page.value.forEach((row) => seen.add(row.contactid));
    }
    assert.ok(seen.size >= 2000, String(seen.size));
    assert.equal(seen.size, all.oDataCount);
  });

  test('count', async () => {
    assert.ok((await reader.count({ collection: 'accounts' })) >= 1000);
  });

  test('expand over a collection', async () => {
    const page = await reader.retrieveMultiple({
      collection: 'accounts', select: ['name'], top: 20, orderBy: ['name'],
      expand: [{ property: 'contact_customer_accounts', select: ['fullname'] }],
    });
    const related = page.value.flatMap((row) => row.contact_customer_accounts);
    assert.ok(related.length > 0);
    assert.ok(related.every((row) => row.contactid && row.fullname));
  });
});

describe('batches', () => {
  test('reads and change sets, answered in their order', async () => {
    deployer.startBatch();
    deployer.callFunction('WhoAmI');
    deployer.create({ collection: 'accounts', data: { name: 'Batch Freight' }, contentId: 'account' });
    deployer.create({ collection: 'contacts', data: { lastname: 'Batch', 'parentcustomerid_account@odata.bind': '$account' } });
    deployer.update({ contentId: '$account', data: { accountnumber: '77' } });
    deployer.retrieveMultiple({ collection: 'accounts', select: ['name', 'accountnumber'], filter: "name eq 'Batch Freight'" });
    const [me, account, contact, , page] = await deployer.executeBatch();
    assert.match(me.UserId, /^[0-9a-f-]{36}$/);
    assert.equal(page.value[0].accountid, account);
    assert.equal(page.value[0].accountnumber, '77');
    const row = await reader.retrieve({ collection: 'contacts', key: contact, select: ['_parentcustomerid_value'] });
    assert.equal(row._parentcustomerid_value, account);
    deployer.startBatch();
    deployer.deleteRecord({ collection: 'contacts', key: contact });
    deployer.deleteRecord({ collection: 'accounts', key: account });
    await deployer.executeBatch();
    await refused(() => deployer.retrieve({ collection: 'accounts', key: account }), 404, '0x80040217');
  });

  test('a change set that fails leaves nothing behind', async () => {
    const name = 'Batch that fails';
    deployer.startBatch();
    deployer.create({ collection: 'accounts', data: { name } });
    deployer.create({ collection: 'accounts', data: { name: 'x'.repeat(161) } });
    await assert.rejects(() => deployer.executeBatch(), (error) => {
      const errors = [error].flat();
      assert.deepEqual(errors.map((each) => [each.status, each.error.code]), [[400, '0x80044331']]);
      return true;
    });
    const page = await deployer.retrieveMultiple({ collection: 'accounts', select: ['name'], filter: `name eq '${name}'` });
    assert.equal(page.value.length, 0);
  });

  test('continue on error', async () => {
    reader.startBatch();
    reader.retrieve({ collection: 'accounts', key: '5a1e0c11-0001-4e0a-9b1c-10aa000000ff', select: ['name'] });
    reader.retrieveMultiple({ collection: 'accounts', select: ['name'], top: 1 });
    const answers = await reader.executeBatch({ continueOnError: true });
    assert.equal(answers[0].error.code, '0x80040217');
    assert.equal(answers[1].value.length, 1);
  });
});

describe('functions', () => {
  test('WhoAmI and RetrieveVersion', async () => {
    const me = await reader.callFunction('WhoAmI');
    assert.match(me.UserId, /^[0-9a-f-]{36}$/);
    assert.ok(me.BusinessUnitId && me.OrganizationId);
    assert.match((await reader.callFunction('RetrieveVersion')).Version, /^9\.2\./);
  });
});

describe('impersonation', () => {
  test('what is allowed is what both hold, and the row tells who did it', async () => {
    const whole = await deployer.count({ collection: 'accounts' });
    const alices = await deployer.retrieveMultiple({ collection: 'accounts', select: ['name', '_ownerid_value'], impersonateAAD: ALICE_OBJECT_ID });
    assert.ok(alices.value.length > 0 && alices.value.length < whole);
    assert.equal(new Set(alices.value.map((row) => row._ownerid_value)).size, 1);

    const me = await deployer.callFunction('WhoAmI');
    const [{ _ownerid_value: alice }] = alices.value;
    const id = await deployer.create({ collection: 'accounts', data: { name: 'Made for Alice' }, impersonateAAD: ALICE_OBJECT_ID });
    const row = await deployer.retrieve({ collection: 'accounts', key: id, select: ['_createdby_value', '_createdonbehalfby_value', '_ownerid_value'] });
    assert.equal(row._createdby_value, alice);
    assert.equal(row._ownerid_value, alice);
    assert.equal(row._createdonbehalfby_value, me.UserId);

    await refused(() => deployer.retrieveMultiple({ collection: 'systemusers', impersonateAAD: ALICE_OBJECT_ID, select: ['fullname'], filter: "fullname eq 'nobody'" }), 403, '0x80040220');
    await deployer.deleteRecord({ collection: 'accounts', key: id });
  });

  test('the older header names the systemuser', async () => {
    const alices = await deployer.retrieveMultiple({ collection: 'accounts', select: ['_ownerid_value'], impersonateAAD: ALICE_OBJECT_ID, top: 1 });
    const page = await deployer.retrieveMultiple({ collection: 'accounts', select: ['_ownerid_value'], impersonate: alices.value[0]._ownerid_value });
    assert.ok(page.value.every((row) => row._ownerid_value === alices.value[0]._ownerid_value));
  });
});
