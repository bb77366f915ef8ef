import { useEffect, useRef } from "react";
import { useWords } from "@/infra/words";
import type { Point } from "@/core/model/types";
import { typing } from "@/ui/menu";
import { toast } from "@/ui/states";
import { w } from "../words";
import type { Commands } from "./commands";
import { hotkeys, type Own, pressed } from "./hotkeys";
import { useCanvasActions } from "./use-actions";

/** useKeys runs the canvas' hotkeys, and copy, cut and paste, wherever on the page they are pressed but in a field or a dialog. Ctrl K finds what they do. */
export function useKeys(commands: Commands, own: Own, mayEdit: boolean, pointer: () => Point | undefined): void {
  const t = useWords(w);
  useCanvasActions(commands, own, mayEdit);
  const now = useRef({ commands, own, mayEdit, pointer, t });
  useEffect(() => {
    now.current = { commands, own, mayEdit, pointer, t };
  });
  useEffect(() => {
    const modal = () => [...document.querySelectorAll<HTMLElement>("[aria-modal=true]")].some((d) => d.checkVisibility());
    const elsewhere = (e: Event) => e.defaultPrevented || modal() || typing(e.target) || (e.target instanceof Element && e.target.closest("[role=dialog],[role=listbox],[role=menu],[data-keys=own]") !== null);
    const onKey = (e: KeyboardEvent) => {
      if (elsewhere(e)) return;
      const keys = pressed(e);
      const found = hotkeys.find((h) => h.keys === keys);
      if (!found || (found.edits && !now.current.mayEdit)) return;
      // Before React Flow, whose nodes move with the arrow keys whatever else is held down.
      e.preventDefault();
      e.stopPropagation();
      found.run(now.current.commands, now.current.own);
    };
    const onCopy = (e: ClipboardEvent) => {
      // Text that somebody has marked is what they want to copy.
      if (elsewhere(e) || String(getSelection()) !== "") return;
      const text = now.current.commands.clip();
      if (text === undefined) return;
      e.preventDefault();
      e.clipboardData?.setData("text/plain", text);
      if (e.type === "cut" && now.current.mayEdit) now.current.commands.remove();
      else toast(now.current.t("toast.copied"));
    };
    const onPaste = (e: ClipboardEvent) => {
      if (elsewhere(e) || !now.current.mayEdit) return;
      const text = e.clipboardData?.getData("text/plain") ?? "";
      if (text === "") return;
      e.preventDefault();
      if (!now.current.commands.paste(text, now.current.pointer())) toast(now.current.t("toast.nothing"));
    };
    addEventListener("keydown", onKey, true);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onKey, true);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}
