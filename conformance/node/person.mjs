// A person before the authority's pages, without a browser: reads the forms, fills them in, presses the first button.

import assert from 'node:assert/strict';

const MOST_PAGES = 12;
const plain = (text) =>
  text.replace(/&#(x?)([0-9a-f]+);|&(amp|lt|gt|quot);/gi, (_, hex, number, name) =>
    name ? { amp: '&', lt: '<', gt: '>', quot: '"' }[name] : String.fromCodePoint(parseInt(number, hex ? 16 : 10)));

/** The attributes of each tag of this name. */
const tags = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map(([, text]) =>
    Object.fromEntries([...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value = '']) => [key, plain(value)])));

/** What a browser without scripts sends of a page's form, and where to; nothing on a page without one. */
function form(page, filled) {
  const html = page.replace(/<form\b[^>]*\shidden\b[^>]*>.*?<\/form>/gs, ''); // that of passkeys, which a script shows
  const [own] = tags(html, 'form');
  if (!own) return undefined;
  const alert = /role="alert"[^>]*>(.*?)<\/(?:p|dd)>/s.exec(html);
  assert.ok(!alert, alert?.[1]);
  const sent = new URLSearchParams();
  for (const input of tags(html, 'input')) {
    if (input.type === 'checkbox') continue;
    const fixed = input.type === 'hidden' || 'readonly' in input;
    sent.set(input.name, fixed ? input.value : filled[input.name]);
  }
  const [button] = tags(html, 'button');
  if (button?.name) sent.set(button.name, button.value);
  return { action: own.action, sent };
}

/** Somebody with a name and a password, and the cookies of their browser. */
export class Person {
  #cookies = new Map();
  #filled;

  constructor(name) {
    this.#filled = { loginfmt: process.env[`${name}_UPN`], passwd: process.env[`${name}_PASSWORD`] };
  }

  /** Goes from a URL through all pages to the redirect URI; gives that URI with the answer's parameters. */
  async open(url, redirectUri) {
    let answer = await this.#send(url);
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const location = answer.headers.get('location');
      if (location) {
        const target = new URL(location, answer.url);
        if (target.href.startsWith(redirectUri)) return target;
        answer = await this.#send(target);
        continue;
      }
      const html = await answer.text();
      const { action, sent } = form(html, this.#filled) ?? assert.fail(`no form on the page: ${html}`);
      const target = new URL(action, answer.url);
      if (target.href.startsWith(redirectUri)) {
        target.search = sent;
        return target;
      }
      answer = await this.#send(target, { method: 'POST', body: sent, headers: { Origin: target.origin } });
    }
    assert.fail(`no end after ${MOST_PAGES} pages: ${answer.url}`);
  }

  async #send(url, { headers, ...request } = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...request, redirect: 'manual', headers: { ...headers, ...(cookie && { Cookie: cookie }) } });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0].split(/=(.*)/s);
      if (/max-age=0/i.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}
