import { Composite } from "./composite";
import type { Field, FieldDiagnostic, Path, Values } from "./field";
import { ColumnControl, ColumnsControl, ConnectionControl, ExprControl, FormatControl, TableControl, TypeControl } from "./pickers";
import { BoolControl, DurationControl, EnumControl, NumberControl, SecretControl, SizeControl, StringControl, TextControl, TimeControl } from "./scalars";
import { SchemaControl } from "./schema";

/** What every control of a form is given. */
export interface ControlProps {
  id: string;
  field: Field;
  siblings: readonly Field[];
  siblingValues: Values;
  value: unknown;
  /** onChange sets this value, onChangeAt one within it. */
  onChange: (value: unknown) => void;
  onChangeAt: (path: Path, value: unknown) => void;
  path: Path;
  diagnostics: readonly FieldDiagnostic[];
  invalid: boolean;
  describedBy?: string;
  label: string;
  readOnly: boolean;
}

/** Widget chooses the control of a field by its type. The set is closed: a type that is new fails to compile here. */
export function Widget(props: ControlProps) {
  const { field } = props;
  if (field.secret) return <SecretControl {...props} />;
  switch (field.type) {
    case "string":
      return <StringControl {...props} />;
    case "text":
      return <TextControl {...props} />;
    case "int":
    case "float":
      return <NumberControl {...props} />;
    case "bool":
      return <BoolControl {...props} />;
    case "duration":
      return <DurationControl {...props} />;
    case "size":
      return <SizeControl {...props} />;
    case "time":
      return <TimeControl {...props} />;
    case "enum":
      return <EnumControl {...props} />;
    case "expr":
      return <ExprControl {...props} />;
    case "column":
      return <ColumnControl {...props} />;
    case "table":
      return <TableControl {...props} />;
    case "connection":
      return <ConnectionControl {...props} />;
    case "type":
      return <TypeControl {...props} />;
    case "format":
      return <FormatControl {...props} />;
    case "list":
      if (field.of?.type === "column") return <ColumnsControl {...props} />;
      return <Composite {...props} />;
    case "params":
    case "object":
    case "map":
      return <Composite {...props} />;
    case "schema":
      return <SchemaControl {...props} />;
  }
}
