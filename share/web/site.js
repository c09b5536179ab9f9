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

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === '/' && search) {
      event.preventDefault();
      search.focus();
    }
  });
}());
