// The grammar of Millrace's SQL dialect: expressions so far.
//
// Every decision needs at most three tokens. That is what keeps the parser's prediction tables small and bounded
// whatever text it is fed (a test measures it), so keep it so: factor common beginnings out instead of listing
// alternatives that start alike, and leave checks that need more to the Go side, whose messages are better anyway.
//
// Precedence is Calcite's, weakest last within `expression` and `value`:
//   .  [ ]   unary + -   * / % ||   + -   BETWEEN IN LIKE   = <> < <= > >= IS DISTINCT FROM   IS NULL ...   NOT   AND   OR
parser grammar MillraceSQLParser;

options { tokenVocab = MillraceSQLLexer; }

// Entry points.

expressionOnly: expression EOF;

selectItemOnly: selectItem EOF;

selectItem
    : STAR                              # selectStar
    | expression (AS? alias=identifier)?   # selectExpression
    ;

// Expressions.

expression
    : value                                         # valueExpression
    | expression NOT? predicate                     # predicateExpression
    | expression comparisonOperator expression      # comparison
    | expression IS NOT? truth                      # isTest
    | NOT expression                                # negation
    | expression AND expression                     # conjunction
    | expression OR expression                      # disjunction
    ;

predicate
    : BETWEEN lo=value AND hi=value                     # between
    | IN LPAREN expression (COMMA expression)* RPAREN   # inList
    | LIKE pattern=value (ESCAPE escape=value)?         # like
    ;

comparisonOperator
    : EQ
    | NE
    | LT
    | LE
    | GT
    | GE
    | IS NOT? DISTINCT FROM
    ;

truth
    : NULL
    | TRUE
    | FALSE
    | UNKNOWN
    ;

value
    : primary                                               # primaryValue
    | op=(PLUS | MINUS) value                               # signed
    | value op=(STAR | SLASH | PERCENT | CONCAT) value      # arithmetic
    | value op=(PLUS | MINUS) value                         # arithmetic
    ;

primary
    : primary LBRACKET expression RBRACKET                              # index
    | primary DOT identifier                                            # member
    | LPAREN expression RPAREN                                          # parentheses
    | identifier                                                        # column
    | call                                                              # callPrimary
    | constant                                                          # constantPrimary
    | PARAM                                                             # param
    | CASE operand=expression? when+ (ELSE otherwise=expression)? END   # case
    | (CAST | TRY_CAST) LPAREN expression AS dataType RPAREN            # cast
    ;

when: WHEN condition=expression THEN result=expression;

constant
    : NULL                                                          # null
    | (TRUE | FALSE)                                                # boolean
    | (INTEGER | DECIMAL | FLOAT)                                   # number
    | STRING                                                        # string
    | BYTES                                                         # bytes
    | IDENTIFIER STRING                                             # typed
    | INTERVAL sign=(PLUS | MINUS)? STRING from=unit (TO to=unit)?  # interval
    ;

// A unit of time with the precision that Flink asks for in places; which units there are is checked in Go.
unit: identifier (LPAREN INTEGER (COMMA INTEGER)? RPAREN)?;

// Calls.

call
    : functionName LPAREN arguments? RPAREN filter?                             # plainCall
    | TRIM LPAREN (side=(BOTH | LEADING | TRAILING) characters=value? FROM source=value | trimArguments) RPAREN   # trim
    | POSITION LPAREN value (IN | COMMA) value RPAREN                           # position
    | kind=(ARRAY_OF | MAP_OF) LBRACKET (expression (COMMA expression)*)? RBRACKET         # collection
    | (CURRENT_DATE | CURRENT_TIME | CURRENT_TIMESTAMP | LOCALTIME | LOCALTIMESTAMP)    # bareCall
    ;

arguments
    : STAR
    | (DISTINCT | ALL)? expression argumentsTail
    ;

// SUBSTRING(s FROM 1 FOR 2), EXTRACT(DAY FROM t), CEIL(t TO DAY): which function takes which is checked in Go.
argumentsTail
    : (COMMA expression)*
    | FROM expression (FOR expression)?
    | TO identifier
    ;

trimArguments: expression ((COMMA expression)* | FROM expression);

filter: FILTER LPAREN WHERE expression RPAREN;

// Types.

dataType
    : dataType (NOT? NULL)? ARRAY                                           # arrayPostfix
    | ARRAY LT elementType GT                                               # arrayType
    | MAP LT elementType COMMA elementType GT                               # mapType
    | ROW LT rowField (COMMA rowField)* GT                                  # rowType
    | ROW LPAREN rowField (COMMA rowField)* RPAREN                          # rowType
    | typeName IDENTIFIER? (LPAREN INTEGER (COMMA INTEGER)* RPAREN)? timeZone?  # simpleType
    ;

elementType: dataType (NOT? NULL)?;

rowField: identifier elementType;

typeName: IDENTIFIER | TIME;

timeZone: (WITH | WITHOUT) LOCAL? TIME ZONE;

// Names.

// LEFT and RIGHT are functions as well as joins. TRIM and POSITION have rules of their own.
functionName: IDENTIFIER | LEFT | RIGHT | ARRAY | MAP | ROW | TIME | FILTER | ESCAPE | LOCAL | TO | UNKNOWN | WITHOUT | ZONE;

identifier: IDENTIFIER | QUOTED_IDENTIFIER | nonReserved;

nonReserved
    : ARRAY
    | CREATE
    | ESCAPE
    | FILTER
    | INSERT
    | LOCAL
    | MAP
    | OUTER
    | POSITION
    | ROW
    | TIME
    | TO
    | TRIM
    | UNKNOWN
    | WITHOUT
    | ZONE
    ;
