// SPDX-License-Identifier: MIT
// Every page works without this script. It adds ticks without a reload, news of an open patch, proposals, a guard
// against losing what was typed, local times and shortcut keys. All its texts are attributes of #live.
'use strict';

(function () {
  const live = document.getElementById('live');
  const texts = live ? live.dataset : {};

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  }

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    return element;
  }

  /// Says something once, aloud as well, in place of what was said before.
  function say(kind, ...parts) {
    const note = make('div', '', { class: 'note ' + kind });
    note.append(...parts);
    for (const old of document.querySelectorAll('main > .note.done')) old.remove();
    live.replaceChildren(note);
  }

  // -- requests ---------------------------------------------------------------------------------

  /// An answer of this server. Throws where none came, and where a login came instead.
  async function request(address, options) {
    const answer = await fetch(address, { redirect: 'manual', credentials: 'same-origin', ...options });
    if (answer.type === 'opaqueredirect' || answer.status === 401) throw new Error('login');
    return answer;
  }

  function askForLogin() {
    say('problem', make('strong', texts.login), ' ', make('a', texts.loginLink, { href: texts.me, target: '_blank' }));
  }

  // -- times: the pages say UTC -----------------------------------------------------------------

  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

  function showLocalTimes(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const date = new Date(time.dateTime);
      if (Number.isNaN(date.getTime())) continue;
      if (time.textContent.endsWith(' UTC')) time.textContent = format.format(date);
      else time.title = format.format(date);
    }
  }
  showLocalTimes(document);

  // -- an open patch ----------------------------------------------------------------------------

  const open = document.querySelector('[data-api]');
  const shown = open ? { ...open.dataset } : null;  // what of it is on the page

  /// How to find an element again in a newer version of its page.
  function placeOf(element) {
    if (!element || element === document.body) return null;
    if (element.id) return '#' + CSS.escape(element.id);
    const owner = element.closest('[id]');
    if (!owner || owner.id === 'main') return null;
    return '#' + CSS.escape(owner.id) + ' ' + element.tagName + (element.name ? '[name="' + element.name + '"]' : '');
  }

  /// Keeps what was typed and unfolded while a part is replaced.
  function carryOver(from, to) {
    for (const field of from.querySelectorAll('input, textarea, select')) {
      const twin = field.id && to.querySelector('#' + CSS.escape(field.id));
      if (twin && isChanged(field)) twin.value = field.value;
    }
    const folds = from.querySelectorAll('details'), twins = to.querySelectorAll('details');
    if (folds.length === twins.length) folds.forEach((fold, i) => { twins[i].open = fold.open; });
  }

  /// Replaces the parts of the page that an act has changed by those of a newer version. The focus stays.
  function replaceParts(page) {
    const focus = placeOf(document.activeElement);
    for (const name of ['section.next', '#checklist', 'h1', '[aria-labelledby="history"]']) {
      const old = document.querySelector('main ' + name), fresh = page.querySelector('main ' + name);
      if (!old || !fresh) continue;
      carryOver(old, fresh);
      showLocalTimes(fresh);
      old.replaceWith(fresh);
    }
    const done = page.querySelector('main > .note.done');
    if (done) say('done', ...done.childNodes);
    const target = focus && (document.querySelector(focus) || document.getElementById('main'));
    if (target && target !== document.activeElement) target.focus({ preventScroll: true });
  }

  async function refresh(event) {
    const answer = await request(open.dataset.page + (event ? '?did=' + event : ''));
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    Object.assign(shown, page.querySelector('[data-api]').dataset);
    history.replaceState(null, '', open.dataset.page);
    replaceParts(page);
  }

  /// Sends a form as a browser without scripts does.
  function sendForm(action, values) {
    const form = make('form', '', { method: 'post', action: action, hidden: '' });
    for (const [name, value] of values) {
      const input = make('input', '', { type: 'hidden', name: name });
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    leaving = true;
    form.submit();
  }

  let last = Promise.resolve();
  let recent = { what: '', at: 0 };

  /// Ticks or takes ticks back by the API. What is refused there goes the way of the form, whose page has the reasons.
  async function tick(action, values) {
    const items = values.filter(([name]) => name === 'item').map(([, value]) => value);
    const stay = values.find(([name]) => name === 'stay');
    try {
      const answer = await request(open.dataset.api + action.slice(action.lastIndexOf('/')), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ stay: stay && stay[1], item: items }),
      });
      if (!answer.ok) return sendForm(action, values);
      await refresh((await answer.json()).event);
    } catch (error) {
      if (error.message === 'login') askForLogin();
      else sendForm(action, values);
    }
    return undefined;
  }

  function onTick(event) {
    const form = event.target, action = form.getAttribute('action') || '';
    if (!open || !/\/(un)?tick$/.test(action)) return;
    event.preventDefault();
    const values = Array.from(new FormData(form, event.submitter)).map(([name, value]) => [name, String(value)]);
    // The second click of a double click meets the button that takes the tick back.
    const doubleMs = 500, at = performance.now();
    const items = values.filter(([name]) => name === 'item').join('\n');
    const what = (live.contains(form) ? 'undo ' : '') + items;
    if (items === '' || (what === recent.what && at - recent.at < doubleMs)) return;
    recent = { what, at };
    if (event.submitter) event.submitter.setAttribute('aria-busy', 'true');
    last = last.then(() => tick(action, values));
  }
  document.addEventListener('submit', onTick);

  // -- news of it -------------------------------------------------------------------------------

  /// `anna ticked 2 items`: what others, or the same person elsewhere, have done since.
  function sentences(records) {
    const groups = new Map();
    for (const one of records) {
      const key = one.actor + ' ' + one.action;
      const group = groups.get(key) || { who: one.actor, action: one.action, n: 0, what: one.to };
      group.n += 1;
      group.what = one.to;
      groups.set(key, group);
    }
    return Array.from(groups.values(), (group) => {
      const word = texts['did' + group.action[0].toUpperCase() + group.action.slice(1)];
      const [one, many] = (word || texts.didMore).split('|');
      return fill(group.n > 1 && many ? many : one, group);
    });
  }

  async function lookForNews() {
    if (document.hidden) return;
    const head = await request(open.dataset.page,
      { method: 'HEAD', headers: { 'If-None-Match': shown.tag }, redirect: 'follow' });
    if (head.status !== 200) return;
    const answer = await request(open.dataset.api + '/history?limit=100&after=' + shown.event);
    if (!answer.ok) return;
    shown.tag = head.headers.get('ETag') || shown.tag;
    const found = sentences(await answer.json());
    if (found.length === 0) return;
    say('news', make('span', found.join(', ') + '.'), ' ', make('a', texts.reload, { href: open.dataset.page }));
  }

  if (open && shown.tag) {
    const everyMs = 30000;
    // A login is asked for when something is sent, not here.
    const look = () => { last = last.then(lookForNews).catch(() => {}); };
    window.setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
  }

  // -- what was typed ---------------------------------------------------------------------------

  let leaving = false, guarded = false;

  function isChanged(field) {
    if (field.type === 'hidden' || field.type === 'submit' || field.type === 'button') return false;
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
    if (field.options) {
      return field.selectedIndex !== Math.max(0, Array.from(field.options).findIndex((one) => one.defaultSelected));
    }
    return field.value !== field.defaultValue;
  }

  /// A form that came back has what was typed as its values.
  function isUnsaved() {
    if (document.querySelector('#problem') && document.querySelector('main form.fields')) return true;
    return Array.from(document.querySelectorAll('main form[method="post"]'))
      .some((form) => Array.from(form.elements).some(isChanged));
  }

  function guard(event) {
    if (!leaving && isUnsaved()) event.preventDefault();
  }

  document.addEventListener('input', function (event) {
    if (guarded || !event.target.form || event.target.form.method !== 'post') return;
    guarded = true;
    window.addEventListener('beforeunload', guard);
  });

  /// A login that is over must not cost what was typed: the server is asked before a long form is sent.
  async function sendChecked(form, submitter) {
    try {
      await request(texts.check, { method: 'HEAD' });
    } catch (error) {
      if (error.message === 'login') return askForLogin();
    }
    form.dataset.checked = 'yes';
    form.requestSubmit(submitter);
    delete form.dataset.checked;
    return undefined;
  }

  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.classList.contains('fields') && !form.dataset.checked) {
      event.preventDefault();
      sendChecked(form, event.submitter);
      return;
    }
    leaving = true;
  });
  // The page may be shown again by the browser's back button.
  window.addEventListener('pageshow', () => { leaving = false; });

  // -- proposals --------------------------------------------------------------------------------

  /// Fills the list of a field with what fits its text, a moment after the last key.
  function propose(input, list) {
    const waitMs = 150;
    let timer = 0;
    input.addEventListener('input', function () {
      window.clearTimeout(timer);
      const text = input.value.trim();
      if (text === '') return;
      timer = window.setTimeout(async function () {
        const query = new URLSearchParams({ key: input.dataset.suggest, q: text });
        const answer = await request(texts.suggest + '?' + query).catch(() => null);
        if (!answer || !answer.ok || input.value.trim() !== text) return;
        list.replaceChildren(...(await answer.json()).map((one) =>
          make('option', one.hint ? one.value + ' (' + one.hint + ')' : one.value, { value: one.value })));
      }, waitMs);
    });
  }

  /// A field of several lines has no list of its own: an input below it adds a line.
  function addLines(area) {
    const label = make('label', fill(texts.add, { what: area.labels[0].textContent.replace(/ \*$/, '') }),
      { class: 'quiet', for: area.id + '-add' });
    const list = make('datalist', '', { id: area.id + '-list' });
    const input = make('input', '', { id: area.id + '-add', list: list.id, 'data-suggest': area.dataset.suggest,
      autocomplete: 'off' });
    const add = function () {
      if (input.value.trim() === '') return;
      area.value = area.value.replace(/\n*$/, (end) => (area.value.trim() === '' ? '' : '\n')) + input.value.trim();
      input.value = '';
      area.dispatchEvent(new Event('input', { bubbles: true }));
    };
    input.addEventListener('change', add);
    input.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      add();
    });
    const row = make('div', '', { class: 'add' });
    row.append(label, input, list);
    area.after(row);
    propose(input, list);
  }

  for (const field of document.querySelectorAll('[data-suggest]')) {
    if (field.tagName === 'TEXTAREA') addLines(field);
    else propose(field, field.list);
  }

  // -- shortcut keys, unless this browser has them switched off on the page about the person ----

  const store = (function () {
    try { return window.localStorage; } catch (error) { return null; }
  }());
  const off = 'pmt-keys-off';
  const switchOfKeys = document.getElementById('use-keys');
  if (switchOfKeys && store) {
    document.getElementById('keys-switch').hidden = false;
    switchOfKeys.checked = store.getItem(off) === null;
    switchOfKeys.addEventListener('change', function () {
      if (switchOfKeys.checked) store.removeItem(off);
      else store.setItem(off, '1');
    });
  }

  function isTyping(element) {
    return element instanceof HTMLElement &&
      (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName));
  }

  function toRow(step) {
    const all = Array.from(document.querySelectorAll('main tbody tr')).filter((row) => row.querySelector('a'));
    const now = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step];
    if (next) next.querySelector('a').focus();
  }

  function chooseRow() {
    const row = document.activeElement.closest('tr');
    const box = row && row.querySelector('input[type="checkbox"]');
    if (box) box.click();
  }

  function follow(key) {
    const link = document.querySelector('[data-key="' + key + '"]');
    if (!link) return;
    link.focus();
    if (link.tagName === 'A') link.click();
  }

  let before = '';
  const does = { j: () => toRow(1), k: () => toRow(-1), x: chooseRow };
  does['/'] = () => document.getElementById('search').focus();
  for (const key of ['?', 'g m', 'g q', 'e', 'p']) does[key] = () => follow(key);

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (store && store.getItem(off) !== null) return;
    const key = before + event.key;
    before = event.key === 'g' ? 'g ' : '';
    if (!Object.prototype.hasOwnProperty.call(does, key)) return;
    event.preventDefault();
    does[key]();
  });
}());
