const byId = id => document.getElementById(id);
let language = localStorage.getItem('language') ?? (navigator.language.startsWith('en') ? 'en' : 'zh-CN');

function say() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-zh]')) {
    element.textContent = language === 'en' ? element.dataset.en : element.dataset.zh;
  }
  byId('language').textContent = language === 'en' ? '中文' : 'English';
}

function call(method, path, body) {
  return fetch(path, {
    method,
    headers: { 'Accept-Language': language, 'X-Channels-Request': '1', ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
}

function show(session) {
  byId('signed-in').hidden = !session;
  byId('signed-out').hidden = !!session;
  if (!session) return;
  byId('name').textContent = session.name;
  byId('grants').textContent = [...session.roles, ...session.regions].join(' · ');
}

async function start() {
  say();
  const [session, how] = await Promise.all([call('GET', '/api/v1/session'), call('GET', '/api/v1/session/sign-in')]);
  const { kind, address } = await how.json();
  byId('sign-in').hidden = kind !== 'local';
  byId('elsewhere').hidden = kind === 'local';
  if (address) byId('openid').href = address;
  show(session.ok ? await session.json() : null);
}

byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem('language', language);
  say();
});
byId('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  const form = new FormData(event.target);
  const answer = await call('POST', '/api/v1/session', { user: form.get('user'), password: form.get('password') });
  const body = await answer.json();
  byId('fault').textContent = answer.ok ? '' : body.title;
  if (answer.ok) {
    event.target.reset();
    show(body);
  }
});
byId('sign-out').addEventListener('click', async () => {
  await call('DELETE', '/api/v1/session');
  show(null);
});
start();
