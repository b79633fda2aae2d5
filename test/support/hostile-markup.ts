/** Everything that a log line may hold to get out of text: markup, scripts, bidi, ANSI, invisible characters. */
export const HOSTILE_MARKUP = [
  `</script><script>document.title = 'owned'</script>`,
  `<img src=x onerror="document.title='owned'">`,
  '<!-- --><style>*{display:none}</style>',
  `" onclick="alert(1)" '`,
  '&lt;b&gt; &#x3c;',
  '\u202eevil\u202c \u001b[31mred\u001b[0m zero\u200bwidth',
  'javascript:alert(1)',
].join(' ');
