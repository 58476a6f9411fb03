import { MillraceError } from '../../../../shared/errors';

/** A picture to be saved, named without its folder. */
export interface ChartFile {
  name: string;
  type: 'image/svg+xml' | 'image/png';
  content: Blob;
}

const SCALE = 2;

/** The chart as a file of its own: colours are in it already, and the interface font is written into it. */
export async function chartSvg(svg: SVGSVGElement, name: string): Promise<ChartFile> {
  return {
    name: `${name}.svg`,
    type: 'image/svg+xml',
    content: new Blob([await standalone(svg)], { type: 'image/svg+xml' }),
  };
}

/** The chart as a PNG of twice its size on the screen. Throws `EXPORT_FAILED` where the browser cannot draw it. */
export async function chartPng(svg: SVGSVGElement, name: string): Promise<ChartFile> {
  const url = `data:image/svg+xml;base64,${base64(new TextEncoder().encode(await standalone(svg)))}`;
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = svg.width.baseVal.value * SCALE;
  canvas.height = svg.height.baseVal.value * SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!content) {
    throw new MillraceError({
      code: 'EXPORT_FAILED',
      message: 'The picture could not be drawn.',
      hint: 'Save it as SVG instead.',
    });
  }
  return { name: `${name}.png`, type: 'image/png', content };
}

async function standalone(svg: SVGSVGElement): Promise<string> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  for (const tip of copy.querySelectorAll('[data-mark="tip"]')) tip.remove();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const background = copy.style.background || getComputedStyle(svg).backgroundColor;
  const size = { width: String(svg.width.baseVal.value), height: String(svg.height.baseVal.value) };
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ ...size, fill: background })) ground.setAttribute(key, value);
  copy.prepend(ground);
  const family = copy.style.fontFamily || getComputedStyle(svg).fontFamily;
  const face = await fontFace(family);
  if (face) {
    const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
    style.textContent = face;
    copy.prepend(style);
  }
  return new XMLSerializer().serializeToString(copy);
}

/** The font face of the page that holds Latin letters, with its file written out; undefined where there is none. */
async function fontFace(family: string): Promise<string | undefined> {
  const wanted = family.split(',')[0]?.replaceAll(/["']/g, '').trim();
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const range = rule.style.getPropertyValue('unicode-range');
      if (rule.style.getPropertyValue('font-family').replaceAll(/["']/g, '') !== wanted) continue;
      if (range && !/U\+0{0,4}-0{0,2}FF\b/i.test(range)) continue;
      const source = /url\(["']?([^"')]+)["']?\)/.exec(rule.style.getPropertyValue('src'))?.[1];
      if (!source) continue;
      const response = await fetch(new URL(source, sheet.href ?? document.baseURI));
      if (!response.ok) return undefined;
      const bytes = new Uint8Array(await response.arrayBuffer());
      const weight = rule.style.getPropertyValue('font-weight') || 'normal';
      return `@font-face{font-family:"${wanted}";font-weight:${weight};src:url(data:font/woff2;base64,${base64(bytes)}) format("woff2")}`;
    }
  }
  return undefined;
}

function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return []; // a sheet of another origin keeps its rules to itself
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
