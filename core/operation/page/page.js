// SPDX-License-Identifier: BSD-2-Clause
'use strict';
(() => {
	const root = document.documentElement;
	const byId = id => document.getElementById(id);
	const chinese = root.lang.startsWith('zh');
	root.classList.add('scripted');

	/* Makes one tree like another, leaving alone what is the same, so that
	   focus, selection and scroll positions stay. */
	function become(old, fresh) {
		if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
			old.replaceWith(document.importNode(fresh, true));
			return;
		}
		if (old.nodeType !== Node.ELEMENT_NODE) {
			if (old.data !== fresh.data)
				old.data = fresh.data;
			return;
		}
		for (const a of fresh.attributes)
			if (old.getAttribute(a.name) !== a.value)
				old.setAttribute(a.name, a.value);
		while (old.childNodes.length > fresh.childNodes.length)
			old.lastChild.remove();
		[...fresh.childNodes].forEach((n, i) => {
			if (i < old.childNodes.length)
				become(old.childNodes[i], n);
			else
				old.append(document.importNode(n, true));
		});
	}

	let asking = false;
	async function refresh() {
		if (asking)
			return;
		asking = true;
		const lost = byId('lost');
		try {
			const answer = await fetch('/?part=figures&lang=' + (chinese ? 'zh' : 'en'), {
				cache: 'no-store', signal: AbortSignal.timeout(4000) });
			if (!answer.ok)
				throw new Error(answer.status);
			const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
			for (const n of fresh.querySelectorAll('[id^="live-"]')) {
				const old = byId(n.id);
				if (old)
					become(old, n);
			}
			document.title = fresh.title;
			lost.textContent = '';
		} catch {
			if (!lost.textContent)
				lost.textContent = lost.dataset.words;
		}
		asking = false;
	}
	byId('refresh').addEventListener('click', event => {
		event.preventDefault();
		refresh();
	});
	setInterval(() => {
		if (byId('quiet').checked && !document.hidden)
			refresh();
	}, 5000);

	/* A link to an operation opens it. */
	function open() {
		const n = byId(decodeURIComponent(location.hash.slice(1)));
		if (n && n.tagName === 'DETAILS')
			n.open = true;
	}
	addEventListener('hashchange', open);
	open();

	function pretty(text) {
		try {
			return JSON.stringify(JSON.parse(text), null, 2);
		} catch {
			return text;
		}
	}

	/* Where the form goes, from its path and what was filled in. */
	function request(operation, form) {
		let path = operation.dataset.path;
		const query = new URLSearchParams();
		const headers = {};
		for (const i of form.querySelectorAll('input')) {
			if (i.dataset.in === 'path')
				path = path.replace('{' + i.name + '}', () => encodeURIComponent(i.value));
			else if (i.value !== '' && i.dataset.in === 'query')
				query.append(i.name, i.value);
			else if (i.value !== '')
				headers[i.name] = i.value;
		}
		const options = { method: operation.dataset.method, headers };
		if (operation.dataset.type) {
			headers['Content-Type'] = operation.dataset.type;
			options.body = form.querySelector('textarea').value;
		}
		const text = query.toString();
		return [path + (text ? '?' + text : ''), options];
	}

	async function send(event) {
		event.preventDefault();
		const form = event.target;
		const operation = form.closest('details');
		const button = form.querySelector('button');
		const sent = form.querySelector('.sent');
		if (button.dataset.confirm && !confirm(button.dataset.confirm))
			return;
		button.disabled = true;
		sent.textContent = '';
		const began = performance.now();
		let text = '', words;
		try {
			const answer = await fetch(...request(operation, form));
			text = await answer.text();
			words = `${answer.status} · ${(performance.now() - began).toFixed(1)} ms`;
			sent.className = 'sent ' + (answer.ok ? 'good' : 'bad');
		} catch {
			words = byId('lost').dataset.words;
			sent.className = 'sent bad';
		}
		button.disabled = false;
		sent.textContent = words;
		const title = operation.querySelector('.answer');
		title.textContent = `${title.dataset.words} · ${words}`;
		operation.querySelector('.out code').textContent = pretty(text);
		refresh();
	}
	for (const form of document.forms)
		form.addEventListener('submit', send);
	for (const s of document.querySelectorAll('form select'))
		s.addEventListener('change', () => {
			const body = s.form.querySelector('textarea');
			body.value = s.value;
			body.rows = Math.min(14, s.value.split('\n').length);
		});
})();
