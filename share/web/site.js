// SPDX-License-Identifier: MIT
// Every page works without this script. It adds shortcut keys and local times.
'use strict';

(function () {
  const search = document.getElementById('search');

  // Times in the reader's zone: the pages say UTC.
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  for (const time of document.querySelectorAll('time[datetime]')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    if (time.textContent.endsWith(' UTC')) time.textContent = format.format(date);
    else time.title = format.format(date);
  }

  function isTyping(element) {
    return element instanceof HTMLElement &&
      (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName));
  }

  // Shortcut keys, unless this browser has them switched off on the page about the person.
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

  /// The first link of each row of the lists of a page.
  function rows() {
    return Array.from(document.querySelectorAll('main tbody tr')).filter((row) => row.querySelector('a'));
  }

  function toRow(step) {
    const all = rows();
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
  const does = {
    '/': () => { if (search) search.focus(); },
    '?': () => follow('?'),
    'g m': () => follow('g m'),
    'g q': () => follow('g q'),
    j: () => toRow(1),
    k: () => toRow(-1),
    x: chooseRow,
    e: () => follow('e'),
    p: () => follow('p'),
  };

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
