import i18next from "i18next";
import { useCallback, useSyncExternalStore } from "react";

/** The languages of the product. */
export type Language = "en" | "zh";

/** Tree is the words of one folder: texts, and groups of them. {{name}} stands for a value; `rows_one` and `rows_other` are the forms of a count. */
export interface Tree {
  readonly [key: string]: string | Tree;
}

/**
 * In is what a translation must have: the same keys, no more and no fewer. Chinese has one form for every count, so `rows_one` is not in it.
 */
export type In<T extends Tree> = { readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends Tree ? In<T[K]> : string };

type Plain<K> = K extends `${infer B}_one` | `${infer B}_other` ? B : K;

/** Key is a text's path: "empty.title". A text with counted forms goes by the name before `_one` and `_other`. */
export type Key<T extends Tree> = { [K in keyof T & string]: T[K] extends Tree ? `${K}.${Key<T[K]>}` : Plain<K> }[keyof T & string];

/** Words are the words of one folder in both languages. */
export interface Words<T extends Tree> {
  readonly ns: string;
  readonly en: T;
  readonly zh: In<T>;
}

/** Say turns a key into a text. */
export type Say<T extends Tree> = (key: Key<T>, values?: Record<string, string | number>) => string;

/** words declares the words of a folder; the compiler finds what one language lacks. ns is the folder's name. */
export function words<const T extends Tree>(ns: string, en: T, zh: In<T>): Words<T> {
  return { ns, en, zh };
}

const remembered = "millrace.language";

/** preferred is the language that was chosen here before, or the browser's. */
export function preferred(): Language {
  const kept = localStorage.getItem(remembered);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.languages.some((l) => l.toLowerCase().startsWith("zh")) ? "zh" : "en";
}

/** startWords readies the translations; each folder's words come with the first use of them. */
export async function startWords(language: Language): Promise<void> {
  await i18next.init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false }, returnNull: false });
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** setLanguage changes the language of everything on the page, and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** Speaks says a text of one folder in one language. */
type Speaks = (key: string, values?: object) => string;

/** spoken has what says the words of each folder, by language: hundreds of cells ask for it in every tick. */
const spoken: Record<Language, WeakMap<object, Speaks>> = { en: new WeakMap(), zh: new WeakMap() };

function speaks(l: Language, w: { readonly ns: string; readonly en: object; readonly zh: object }): Speaks {
  const known = spoken[l].get(w);
  if (known) return known;
  i18next.addResourceBundle(l, w.ns, w[l]);
  const t = i18next.getFixedT(l, w.ns) as (key: string, values?: object) => unknown;
  const made: Speaks = (key, values) => String(t(key, values));
  spoken[l].set(w, made);
  return made;
}

/** useWords returns the texts of a folder in the page's language; it is the same as long as that is. */
export function useWords<T extends Tree>(w: Words<T>): Say<T> {
  return speaks(useLanguage(), w) as unknown as Say<T>;
}

/** say is useWords outside of components, in the language of the moment in which it is asked. */
export function say<T extends Tree>(w: Words<T>): Say<T> {
  const asked: Speaks = (key, values) => speaks(language(), w)(key, values);
  return asked as unknown as Say<T>;
}

function onLanguage(tell: () => void): () => void {
  i18next.on("languageChanged", tell);
  return () => i18next.off("languageChanged", tell);
}

/** useLanguage returns the page's language. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, language);
}

/** language returns the page's language, outside of components. */
export function language(): Language {
  return i18next.language === "zh" ? "zh" : "en";
}

/** useText picks a text that the server gives in both languages. */
export function useText(): (text: { en: string; zh: string } | undefined) => string {
  const l = useLanguage();
  return useCallback((text) => (text ? text[l] || text.en : ""), [l]);
}
