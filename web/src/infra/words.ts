import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next, useTranslation } from "react-i18next";

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
  await i18next.use(initReactI18next).init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false }, returnNull: false });
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** setLanguage changes the language of everything on the page, and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

function load<T extends Tree>(w: Words<T>): void {
  if (i18next.hasResourceBundle("en", w.ns)) return;
  i18next.addResourceBundle("en", w.ns, w.en);
  i18next.addResourceBundle("zh", w.ns, w.zh);
}

/** useWords returns the texts of a folder in the page's language. */
export function useWords<T extends Tree>(w: Words<T>): Say<T> {
  load(w);
  const { t } = useTranslation(w.ns);
  return useCallback((key, values) => String(t(key as never, values as never)), [t]);
}

/** say is useWords outside of components. */
export function say<T extends Tree>(w: Words<T>): Say<T> {
  load(w);
  return (key, values) => String(i18next.t(key as never, { ns: w.ns, ...values } as never));
}

/** useLanguage returns the page's language. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "zh" ? "zh" : "en";
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
