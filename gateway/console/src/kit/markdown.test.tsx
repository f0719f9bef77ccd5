import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { parseInline, parseMarkdown } from './markdown';
import { Markdown } from './markdown-text';

const html = (text: string) => render(<Markdown text={text} />).container.firstElementChild!.innerHTML;

describe('Markdown', () => {
  it('knows headings, lists, bold, code, links and paragraphs', () => {
    const text = '# Title\nFirst **bold** line\nsecond `*100#`\n\n1. one\n2. two\n- a\n- b [site](https://example.org/x?a=1)';
    expect(html(text)).toBe(
      '<h3>Title</h3><p>First <strong>bold</strong> line<br>second <code>*100#</code></p><ol><li>one</li><li>two</li></ol>' +
        '<ul><li>a</li><li>b <a href="https://example.org/x?a=1" target="_blank" rel="noreferrer noopener">site</a></li></ul>',
    );
  });

  it('ends a list or a paragraph with an empty line', () => {
    expect(parseMarkdown('- a\n\n- b\n\ntext').map(({ kind }) => kind)).toEqual(['list', 'list', 'paragraph']);
  });

  it('leaves what it does not know as text', () => {
    for (const text of ['2 * 3 * 4', '**not closed', '[no](address', 'a_b_c', '> quoted', '| a | b |']) expect(html(text)).toContain(text.replaceAll('>', '&gt;'));
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '# <svg/onload=alert(1)>',
    '- <iframe src="javascript:alert(1)">',
    '**<b onmouseover=alert(1)>x</b>**',
    '`<script>alert(1)</script>`',
  ])('makes no element of %s', (text) => {
    const { container } = render(<Markdown text={text} />);
    expect(container.querySelector('script, img, svg, iframe, b')).toBeNull();
    expect(container.textContent).toContain('alert(1)');
  });

  it.each([
    '[x](javascript:alert)', '[x](JaVaScRiPt:alert)', '[x](data:text/html;base64,AAAA)', '[x](vbscript:x)', '[x](//evil.example)', '[x](/api/v1/session)',
    '[x](&#106;avascript:alert)', '[x](java\tscript:alert)', '[x](https://a"onclick="alert)',
  ])('makes no dangerous link of %s', (text) => {
    const links = parseInline(text).filter((piece) => piece.kind === 'link');
    for (const link of links) expect(link.to).toMatch(/^https?:\/\//);
    const { container } = render(<Markdown text={text} />);
    for (const a of container.querySelectorAll('a')) expect(a.getAttributeNames()).toEqual(['href', 'target', 'rel']);
  });

  it('stays fast with what is meant to make it slow', () => {
    const before = Date.now();
    for (const text of ['*'.repeat(20_000), '['.repeat(20_000), '`'.repeat(20_001), '# '.repeat(10_000), '[a]('.repeat(5_000), `# a${' '.repeat(20_000)}b`]) parseMarkdown(text);
    expect(Date.now() - before).toBeLessThan(5_000);
  });
});
