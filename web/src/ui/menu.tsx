import { Dropdown, Input, type InputRef, Segmented as AntSegmented, Tooltip } from "antd";
import { type ReactNode, type Ref, useEffect, useRef } from "react";
import { useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "./glyph";
import css from "./menu.module.css";
import { w } from "./words";

/** A choice of a menu; "-" draws a line between groups. */
export interface MenuItem {
  key: string;
  label: ReactNode;
  glyph?: GlyphName;
  hotkey?: string;
  danger?: boolean;
  disabled?: boolean;
  /** why says what a choice that is not open waits for. */
  why?: string;
  onClick: () => void;
}

type Choices = readonly (MenuItem | "-")[];

/** choicesOf are choices as antd's menus take them. */
function choicesOf(items: Choices) {
  return items.map((item, i) =>
    item === "-"
      ? { type: "divider" as const, key: `line-${i}` }
      : {
          key: item.key,
          danger: item.danger,
          disabled: item.disabled,
          icon: item.glyph ? <Glyph name={item.glyph} /> : undefined,
          label: (
            <span className={css.choice}>
              <span>
                {item.label}
                {item.why ? <span className={css.why}>{item.why}</span> : null}
              </span>
              {item.hotkey ? <kbd className={css.key}>{item.hotkey}</kbd> : null}
            </span>
          ),
          onClick: ({ domEvent }: { domEvent: { stopPropagation(): void } }) => {
            domEvent.stopPropagation();
            item.onClick();
          },
        },
  );
}

/** Menu opens a list of choices at its anchor; without one it is the button with three dots. */
export function Menu({ items, anchor, label, small }: { items: Choices; anchor?: ReactNode; label?: string; small?: boolean }) {
  const t = useWords(w);
  if (items.length === 0) return null;
  return (
    <Dropdown trigger={["click"]} menu={{ items: choicesOf(items) }}>
      {anchor ?? (
        <button type="button" className={css.icon} data-small={small || undefined} aria-label={label ?? t("more")} aria-haspopup="menu" onClick={(e) => e.stopPropagation()}>
          <Glyph name="more" />
        </button>
      )}
    </Dropdown>
  );
}

/** MenuAt is an open list of choices at a place of the screen, which has the focus. */
export function MenuAt({ items, at, onClose }: { items: Choices; at: { readonly x: number; readonly y: number }; onClose: () => void }) {
  return (
    <Dropdown open autoFocus getPopupContainer={withinMain} trigger={["click"]} menu={{ items: choicesOf(items), onClick: onClose }} onOpenChange={(open) => open || onClose()}>
      <span className={css.spot} style={{ left: at.x, top: at.y }} />
    </Dropdown>
  );
}

/** withinMain keeps what is open for longer than a glance within the page's landmark. */
function withinMain(anchor: HTMLElement): HTMLElement {
  return anchor.closest("main") ?? document.body;
}

interface IconButtonProps {
  glyph: GlyphName;
  label: string;
  hotkey?: string;
  onClick?: () => void;
  disabled?: boolean;
  /** pressed makes it a toggle. */
  pressed?: boolean;
  danger?: boolean;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** IconButton is an action that its glyph tells; label says it to all, in a tooltip too. */
export function IconButton({ glyph, label, hotkey, onClick, disabled, pressed, danger, small, ref }: IconButtonProps) {
  return (
    <Tooltip title={hotkey ? `${label} (${hotkey})` : label} mouseEnterDelay={0.4}>
      <button
        ref={ref}
        type="button"
        className={css.icon}
        data-danger={danger || undefined}
        data-small={small || undefined}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={(e) => {
          e.stopPropagation();
          onClick?.();
        }}
      >
        <Glyph name={glyph} size={small ? 14 : 16} />
      </button>
    </Tooltip>
  );
}

/** Segmented chooses one of a few. */
export function Segmented<T extends string>({ options, value, onChange, label, block, disabled }: { options: readonly { value: T; label: ReactNode; title?: string }[]; value: T | undefined; onChange: (value: T) => void; label?: string; block?: boolean; disabled?: boolean }) {
  return <AntSegmented<T> aria-label={label} block={block} disabled={disabled} options={options.map((o) => ({ ...o }))} value={value} onChange={onChange} />;
}

/** Search is a field to look for something; "/" anywhere on the page leads into it when hotkey is set. */
export function Search({ value, onChange, placeholder, hotkey = true, onEnter, autoFocus }: { value: string; onChange: (value: string) => void; placeholder?: string; hotkey?: boolean; onEnter?: () => void; autoFocus?: boolean }) {
  const t = useWords(w);
  const field = useRef<InputRef>(null);
  useEffect(() => {
    if (!hotkey) return;
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
      e.preventDefault();
      field.current?.focus({ cursor: "all" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [hotkey]);
  return (
    <Input
      ref={field}
      className={css.search}
      type="search"
      value={value}
      autoFocus={autoFocus}
      aria-label={placeholder ?? t("search")}
      placeholder={placeholder ?? t("search")}
      prefix={<Glyph name="search" size={14} />}
      suffix={value ? <IconButton small glyph="close" label={t("clear")} onClick={() => onChange("")} /> : hotkey ? <kbd className={css.key}>/</kbd> : null}
      onChange={(e) => onChange(e.target.value)}
      onPressEnter={onEnter}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        if (value) onChange("");
        else field.current?.blur();
      }}
    />
  );
}

// The kinds of input that are pressed, and take no text.
const pressable = new Set(["radio", "checkbox", "button", "submit"]);

/** typing says whether a key goes into a text, so that a hotkey must not take it. */
export function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !pressable.has(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName));
}
