// The words and signs of Millrace's SQL dialect, a subset of Flink SQL.
//
// Three groups of words:
//   reserved      cannot name a column without back quotes; kept short, and listed first and without a gap: the Go side
//                 takes AND to WITH for the reserved words
//   not reserved  mean something in one place only and name columns everywhere else (the parser's rule nonReserved)
//   everything else is an IDENTIFIER, units (DAY), types (BIGINT) and functions (COUNT) included
//
// A group of tokens at the end stands for common mistakes. The Go side reports each with a mend and hands the parser the
// token that was meant, so that one slip does not hide the next.
lexer grammar MillraceSQLLexer;

options { caseInsensitive = true; }

// What the Go side tells apart so that the parser need not look ahead: ARRAY and MAP directly before '[' from a column of that
// name, and the '(' before a query from the '(' before anything else.
tokens { ARRAY_OF, MAP_OF, LPAREN_QUERY }

// Reserved: expressions.
AND: 'AND';
AS: 'AS';
BETWEEN: 'BETWEEN';
BOTH: 'BOTH';
CASE: 'CASE';
CAST: 'CAST';
CURRENT_DATE: 'CURRENT_DATE';
CURRENT_TIME: 'CURRENT_TIME';
CURRENT_TIMESTAMP: 'CURRENT_TIMESTAMP';
DISTINCT: 'DISTINCT';
ELSE: 'ELSE';
END: 'END';
EXISTS: 'EXISTS';
FALSE: 'FALSE';
FOR: 'FOR';
FROM: 'FROM';
IN: 'IN';
INTERVAL: 'INTERVAL';
IS: 'IS';
LEADING: 'LEADING';
LIKE: 'LIKE';
LOCALTIME: 'LOCALTIME';
LOCALTIMESTAMP: 'LOCALTIMESTAMP';
NOT: 'NOT';
NULL: 'NULL';
OR: 'OR';
THEN: 'THEN';
TRAILING: 'TRAILING';
TRUE: 'TRUE';
TRY_CAST: 'TRY_CAST';
WHEN: 'WHEN';

// Reserved: queries and statements.
ALL: 'ALL';
CONSTRAINT: 'CONSTRAINT';
CROSS: 'CROSS';
EXCEPT: 'EXCEPT';
FULL: 'FULL';
GROUP: 'GROUP';
HAVING: 'HAVING';
INNER: 'INNER';
INTERSECT: 'INTERSECT';
INTO: 'INTO';
JOIN: 'JOIN';
LATERAL: 'LATERAL';
LEFT: 'LEFT';
LIMIT: 'LIMIT';
NATURAL: 'NATURAL';
ON: 'ON';
ORDER: 'ORDER';
OVER: 'OVER';
RIGHT: 'RIGHT';
SELECT: 'SELECT';
TABLE: 'TABLE';
UNION: 'UNION';
UNNEST: 'UNNEST';
USING: 'USING';
VALUES: 'VALUES';
WHERE: 'WHERE';
WITH: 'WITH';

// Not reserved.
ANTI: 'ANTI';
ARRAY: 'ARRAY';
ASC: 'ASC';
BEGIN: 'BEGIN';
BY: 'BY';
CATALOG: 'CATALOG';
CATALOGS: 'CATALOGS';
COLUMNS: 'COLUMNS';
COMMENT: 'COMMENT';
CREATE: 'CREATE';
CURRENT: 'CURRENT';
DATABASES: 'DATABASES';
DESC: 'DESC';
DESCRIBE: 'DESCRIBE';
DESCRIPTOR: 'DESCRIPTOR';
DROP: 'DROP';
ENFORCED: 'ENFORCED';
ESCAPE: 'ESCAPE';
EXECUTE: 'EXECUTE';
EXPLAIN: 'EXPLAIN';
FETCH: 'FETCH';
FILTER: 'FILTER';
FIRST: 'FIRST';
FOLLOWING: 'FOLLOWING';
FUNCTIONS: 'FUNCTIONS';
GROUPING: 'GROUPING';
IF: 'IF';
INSERT: 'INSERT';
KEY: 'KEY';
LAST: 'LAST';
LOCAL: 'LOCAL';
MAP: 'MAP';
METADATA: 'METADATA';
NEXT: 'NEXT';
NULLS: 'NULLS';
OF: 'OF';
OFFSET: 'OFFSET';
ONLY: 'ONLY';
ORDINALITY: 'ORDINALITY';
OUTER: 'OUTER';
PARTITION: 'PARTITION';
PARTITIONED: 'PARTITIONED';
PLAN: 'PLAN';
POSITION: 'POSITION';
PRECEDING: 'PRECEDING';
PRIMARY: 'PRIMARY';
RANGE: 'RANGE';
RESET: 'RESET';
ROW: 'ROW';
ROWS: 'ROWS';
SEMI: 'SEMI';
SET: 'SET';
SETS: 'SETS';
SHOW: 'SHOW';
STATEMENT: 'STATEMENT';
SYSTEM_TIME: 'SYSTEM_TIME';
TABLES: 'TABLES';
TEMPORARY: 'TEMPORARY';
TIME: 'TIME';
TO: 'TO';
TRIM: 'TRIM';
UNBOUNDED: 'UNBOUNDED';
UNKNOWN: 'UNKNOWN';
USE: 'USE';
VIEW: 'VIEW';
VIEWS: 'VIEWS';
VIRTUAL: 'VIRTUAL';
WATERMARK: 'WATERMARK';
WINDOW: 'WINDOW';
WITHOUT: 'WITHOUT';
ZONE: 'ZONE';

// Signs.
EQ: '=';
NE: '<>' | '!=';
LE: '<=';
LT: '<';
GE: '>=';
GT: '>';
CONCAT: '||';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';
PERCENT: '%';
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
COMMA: ',';
DOT: '.';
SEMICOLON: ';';
ARROW: '=>';

// Constants, parameters, names.
INTEGER: DIGIT+;
DECIMAL: DIGIT* '.' DIGIT+;
FLOAT: (DIGIT+ | DIGIT* '.' DIGIT+) 'E' [+-]? DIGIT+;
STRING: '\'' (~'\'' | '\'\'')* '\'';
BYTES: 'X' '\'' ~'\''* '\'';
PARAM: ':' WORD;
IDENTIFIER: WORD;
QUOTED_IDENTIFIER: '`' (~'`' | '``')+ '`';

// Left out of what the parser sees. The Go side looks at hints and, to write a text anew, at comments.
SPACE: [ \t\r\n\u3000\u00A0\uFEFF]+ -> skip;
LINE_COMMENT: '--' ~[\r\n]* -> channel(HIDDEN);
HINT: '/*+' .*? '*/' -> channel(HIDDEN);
BLOCK_COMMENT: '/*' .*? '*/' -> channel(HIDDEN);

// Common mistakes.
WRONG_OPERATOR: '==' | '&&' | '!' | '<=>' | '=<' | '::';
WRONG_NUMBER: (DIGIT+ | DIGIT* '.' DIGIT+) WORD;
DOUBLE_QUOTED: '"' (~'"' | '""')* '"';
EMPTY_IDENTIFIER: '``';
UNCLOSED_STRING: 'X'? '\'' (~'\'' | '\'\'')*;
UNCLOSED_IDENTIFIER: '`' (~'`' | '``')*;
UNCLOSED_DOUBLE_QUOTED: '"' (~'"' | '""')*;
UNCLOSED_COMMENT: '/*' (~'*' | '*'+ ~[*/])* '*'*;
UNKNOWN_CHARACTER: .;

fragment DIGIT: [0-9];
fragment WORD: [_\p{L}] [_\p{L}\p{M}\p{Nd}]*;
