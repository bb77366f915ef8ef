export { type Choice, type Column, type ExprProps, type FormatChoice, FormContext, type FormWorld } from "./context";
export { type Field, type FieldDiagnostic, type FieldType, type Path, pathText, putAt, type Values } from "./field";
export { Labelled } from "./labelled";
export { SpecForm, type SpecFormProps } from "./spec-form";
