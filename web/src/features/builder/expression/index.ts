export { ExpressionEditor, renderExpr } from "./ExpressionEditor";
export { FindInExpressions } from "./FindInExpressions";
