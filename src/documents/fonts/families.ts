/** A family of font files, each for some characters, and where to look in it. */
export interface Family {
  name: string
  /** Characters for which it is worth asking what the family has; absent for any. */
  blocks?: readonly (readonly [from: number, to: number])[]
}

/** Latin, Greek, Cyrillic and Devanagari. */
const TEXT: Family = { name: 'noto-sans' }

const SCRIPTS: readonly Family[] = [
  {
    name: 'noto-sans-arabic',
    blocks: [
      [0x0600, 0x08ff],
      [0xfb50, 0xfdff],
      [0xfe70, 0xfeff],
    ],
  },
  {
    name: 'noto-sans-hebrew',
    blocks: [
      [0x0590, 0x05ff],
      [0xfb1d, 0xfb4f],
    ],
  },
  { name: 'noto-sans-thai', blocks: [[0x0e00, 0x0e7f]] },
  { name: 'noto-sans-bengali', blocks: [[0x0980, 0x09ff]] },
  { name: 'noto-sans-tamil', blocks: [[0x0b80, 0x0bff]] },
  {
    name: 'noto-sans-armenian',
    blocks: [
      [0x0530, 0x058f],
      [0xfb13, 0xfb17],
    ],
  },
  {
    name: 'noto-sans-georgian',
    blocks: [
      [0x10a0, 0x10ff],
      [0x1c90, 0x1cbf],
      [0x2d00, 0x2d2f],
    ],
  },
]

const JAPANESE: Family = { name: 'noto-sans-jp' }
const KOREAN: Family = { name: 'noto-sans-kr' }
const CHINESE: Family = { name: 'noto-sans-sc' }

export const FAMILIES: readonly Family[] = [TEXT, ...SCRIPTS, JAPANESE, KOREAN, CHINESE]

/**
 * The families in the order in which characters are looked for. Chinese and Japanese write some
 * characters differently that Unicode has once: kana speak for Japanese, and so do characters that
 * are all used there; otherwise they are Chinese.
 */
export function familiesFor(text: string, isJapanese: (codePoint: number) => boolean): Family[] {
  const han = text.match(/\p{Script=Han}/gu) ?? []
  const hasKana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
  const isChinese = !hasKana && !han.every((character) => isJapanese(character.codePointAt(0)!))
  const east = isChinese ? [CHINESE, JAPANESE, KOREAN] : [JAPANESE, CHINESE, KOREAN]
  return [TEXT, ...SCRIPTS, ...east]
}
