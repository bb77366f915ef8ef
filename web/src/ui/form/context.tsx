import { createContext, type ReactNode, useContext } from "react";
import type { CodeDiagnostic } from "../code";
import type { Field, FieldDiagnostic, Text } from "./field";

/** A column that expressions and pickers can name. */
export interface Column {
  name: string;
  type: string;
  nullable?: boolean;
}

/** A table or a connection to choose. */
export interface Choice {
  name: string;
  /** note stands behind the name: a layer, a component. */
  note?: string;
}

/** A format and the settings it has. */
export interface FormatChoice {
  name: string;
  title: Text;
  fields: readonly Field[];
}

/** What an expression's editor is given. */
export interface ExprProps {
  id: string;
  value: string;
  onChange: (value: string | undefined) => void;
  columns: readonly Column[];
  label: string;
  describedBy?: string;
  placeholder?: string;
  invalid: boolean;
  readOnly: boolean;
  diagnostics: readonly FieldDiagnostic[];
  /** marks are the same with their offsets, where they are known. */
  marks?: readonly CodeDiagnostic[];
}

/** FormWorld is what a form needs to know of the world around it; ui knows none of it by itself. */
export interface FormWorld {
  columns: readonly Column[];
  tables?: (query: string) => Promise<readonly Choice[]>;
  connections?: (kinds: readonly string[]) => Promise<readonly Choice[]>;
  formats?: readonly FormatChoice[];
  /** types are the data types to offer. */
  types?: readonly string[];
  renderExpr?: (props: ExprProps) => ReactNode;
  /** newConnection leads to where one is made. */
  newConnection?: (kinds: readonly string[]) => ReactNode;
}

const Context = createContext<FormWorld>({ columns: [] });

/** FormContext gives the forms below it their world. */
export const FormContext = Context.Provider;

export function useWorld(): FormWorld {
  return useContext(Context);
}
