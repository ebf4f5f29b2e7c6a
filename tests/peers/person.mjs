// A person at a browser, over plain HTTP with a cookie jar: logs in, presses the buttons, and ends where it is sent.
// node person.mjs URL allow|deny; the last address and page on stdout.
let [, , url, decision] = process.argv;
const jar = new Map();
async function go(to, more = {}) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(to, { redirect: 'manual', ...more, headers: { ...more.headers, cookie } });
  for (const line of answer.headers.getSetCookie()) {
    const [pair] = line.split(';');
    const at = pair.indexOf('=');
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return answer;
}
const form = (body) => ({
  method: 'POST', body: new URLSearchParams(body), headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
let page = '';
for (let step = 0; step < 40; step++) {
  let answer;
  try {
    answer = await go(url);
  } catch {
    break; // Nobody listens there: a person would copy the address.
  }
  if (answer.status >= 300 && answer.status < 400) {
    url = new URL(answer.headers.get('location'), url).href;
    continue;
  }
  page = await answer.text();
  if (page.includes('http-equiv="refresh"')) {
    await new Promise((resume) => setTimeout(resume, 20));
    continue;
  }
  const action = page.match(/<form[^>]*action="([^"]+)"/)?.[1];
  if (!action) break;
  const hidden = Object.fromEntries(
    [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      input.match(/name="([^"]*)"/)?.[1], input.match(/value="([^"]*)"/)?.[1] ?? '',
    ]),
  );
  const abort = page.match(/href="([^"]*\/abort)"/)?.[1];
  if (decision === 'deny' && abort && hidden.prompt === 'consent') {
    url = new URL(abort, url).href;
    continue;
  }
  const here = new URL(action, url).href;
  if (hidden.prompt === 'login') Object.assign(hidden, { login: 'ann', password: 'x' });
  if (here.includes('/device') && decision === 'deny') hidden.abort = 'yes';
  else if (here.includes('/device')) hidden.confirm = 'yes';
  const pressed = await go(here, form(hidden));
  const location = pressed.headers.get('location');
  if (!location) {
    page = await pressed.text();
    break;
  }
  url = new URL(location, here).href;
}
console.log(url);
console.log(page);
