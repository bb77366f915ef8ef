import { createContext, useContext } from "react";
import type { Commands } from "./commands";

export const CommandsContext = createContext<Commands | null>(null);

/** useCommands returns what can be done on the canvas of the page. */
export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error("there is no canvas here");
  return commands;
}
