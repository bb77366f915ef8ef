// The grammar of Millrace's SQL dialect: expressions, queries, statements.
//
// Every decision needs at most three tokens. That is what keeps the parser's prediction tables small and bounded
// whatever text it is fed (a test measures it), so keep it so: factor common beginnings out instead of listing
// alternatives that start alike, and leave checks that need more to the Go side, whose messages are better anyway.
//
// Precedence is Calcite's, weakest last within `expression` and `value`:
//   .  [ ]   unary + -   * / % ||   + -   BETWEEN IN LIKE   = <> < <= > >= IS DISTINCT FROM   IS NULL ...   NOT   AND   OR
parser grammar MillraceSQLParser;

options { tokenVocab = MillraceSQLLexer; }

// Entry points. A script is cut into statements on the Go side, so that a broken one costs no other; script and statementSet
// say what a whole text looks like, and a test holds the cutting to them.

expressionOnly: expression EOF;

selectItemOnly: selectItem EOF;

statementOnly: statement EOF;

script: statement? (SEMICOLON statement?)* EOF;

// Statements.

statement
    : query             # queryStatement
    | insert            # insertStatement
    | explain           # explainStatement
    | create            # createStatement
    | drop              # dropStatement
    | show              # showStatement
    | describe          # describeStatement
    | set               # setStatement
    | use               # useStatement
    | statementSet      # statementSetStatement
    ;

insert: INSERT INTO TABLE? tableName columnList? query;

statementSet
    : EXECUTE? STATEMENT SET BEGIN (insert SEMICOLON)+ END
    | BEGIN STATEMENT SET SEMICOLON (insert SEMICOLON)+ END
    ;

explain: EXPLAIN (PLAN FOR)? (query | insert | statementSet);

create: CREATE TEMPORARY? (createTable | createView);

createTable: TABLE ifNotExists? tableName (LPAREN tableElement (COMMA tableElement)* RPAREN)? comment? partitions? options?;

createView: VIEW ifNotExists? tableName columnList? comment? AS query;

ifNotExists: IF NOT EXISTS;

tableElement
    : identifier dataType columnConstraint*                                                         # physicalColumn
    | identifier AS expression comment?                                                             # computedColumn
    | WATERMARK FOR identifier AS expression                                                        # watermark
    | (CONSTRAINT identifier)? PRIMARY KEY columnList notEnforced?                                  # primaryKey
    ;

columnConstraint
    : NOT? NULL                                 # nullability
    | METADATA (FROM STRING)? VIRTUAL?          # metadata
    | PRIMARY KEY notEnforced?                  # columnKey
    | comment                                   # columnComment
    ;

notEnforced: NOT ENFORCED;

comment: COMMENT STRING;

partitions: PARTITIONED BY columnList;

options: WITH LPAREN option (COMMA option)* RPAREN;

option: key=STRING EQ content=STRING;

columnList: LPAREN identifier (COMMA identifier)* RPAREN;

drop: DROP TEMPORARY? (TABLE | VIEW) (IF EXISTS)? tableName;

show: SHOW shown;

shown
    : what=(TABLES | VIEWS | FUNCTIONS | CATALOGS | DATABASES) (LIKE STRING)?   # showList
    | COLUMNS (FROM | IN) tableName (LIKE STRING)?                              # showColumns
    | CREATE (TABLE | VIEW) tableName                                           # showCreate
    ;

describe: (DESCRIBE | DESC) TABLE? tableName;

set
    : SET key=STRING EQ content=STRING  # setKey
    | RESET key=STRING?                 # resetKey
    ;

use: USE CATALOG? tableName;

// Queries.

query: withClause? queryBody orderBy? limitClause? offsetClause? fetchClause?;

withClause: WITH commonTable (COMMA commonTable)*;

commonTable: identifier columnList? AS LPAREN_QUERY query RPAREN;

// INTERSECT binds tighter than UNION and EXCEPT.
queryBody: queryTerm (op=(UNION | EXCEPT) quantifier? queryTerm)*;

queryTerm: queryPrimary (INTERSECT quantifier? queryPrimary)*;

queryPrimary
    : select                                            # selectQuery
    | VALUES expression (COMMA expression)*             # values
    | LPAREN_QUERY query RPAREN                         # nestedQuery
    ;

quantifier: ALL | DISTINCT;

select: SELECT quantifier? selectItem (COMMA selectItem)* fromClause? whereClause? groupBy? havingClause? windowClause?;

selectItem
    : STAR                              # selectStar
    | expression (AS? alias=identifier)?   # selectExpression
    ;

fromClause: FROM tableReference (COMMA tableReference)*;

whereClause: WHERE expression;

groupBy: GROUP BY groupItem (COMMA groupItem)*;

groupItem
    : GROUPING SETS LPAREN groupItem (COMMA groupItem)* RPAREN      # groupingSets
    | LPAREN RPAREN                                                 # groupNothing
    | expression                                                    # groupExpression
    ;

havingClause: HAVING expression;

windowClause: WINDOW namedWindow (COMMA namedWindow)*;

namedWindow: identifier AS windowSpec;

orderBy: ORDER BY sortItem (COMMA sortItem)*;

sortItem: expression (ASC | DESC)? (NULLS (FIRST | LAST))?;

limitClause: LIMIT (rowCount | ALL);

offsetClause: OFFSET rowCount (ROW | ROWS)?;

fetchClause: FETCH (FIRST | NEXT) rowCount? (ROW | ROWS) ONLY;

rowCount: INTEGER | PARAM;

// Tables.

tableReference: tablePrimary join*;

join
    : CROSS JOIN tablePrimary                                                       # crossJoin
    | NATURAL? joinKind? JOIN tablePrimary (ON expression | USING columnList)?      # conditionJoin
    ;

joinKind
    : INNER
    | (LEFT | RIGHT | FULL) OUTER?
    | LEFT (SEMI | ANTI)
    ;

tablePrimary
    : tableName systemTime? tableAlias?                                                     # namedTable
    | LATERAL? LPAREN_QUERY query RPAREN tableAlias?                                        # derivedTable
    | LATERAL? UNNEST LPAREN expression RPAREN (WITH ORDINALITY)? tableAlias?               # unnest
    | LATERAL TABLE LPAREN call RPAREN tableAlias?                                          # tableFunction
    | TABLE LPAREN identifier LPAREN windowArgument (COMMA windowArgument)* RPAREN RPAREN tableAlias?   # windowTable
    | LPAREN tableReference RPAREN                                                          # nestedTable
    ;

tableName: identifier (DOT identifier)*;

// A value, not any expression: a LIKE b ESCAPE (c) would look like an alias with columns for too long.
systemTime: FOR SYSTEM_TIME AS OF value;

tableAlias: AS? identifier columnList?;

windowArgument: (name=identifier ARROW)? windowValue;

// PARTITION BY a, b, DESCRIPTOR(ts): the columns behind the first comma look like arguments to the parser; the Go side takes them back.
windowValue
    : TABLE (tableName | LPAREN_QUERY query RPAREN) (PARTITION BY (columnList | identifier))?   # windowInput
    | DESCRIPTOR columnList                                                                     # descriptor
    | expression                                                                                # windowParameter
    ;

windowSpec: LPAREN name=identifier? (PARTITION BY expression (COMMA expression)*)? orderBy? frame? RPAREN;

frame: (ROWS | RANGE) (frameBound | BETWEEN frameBound AND frameBound);

frameBound
    : UNBOUNDED (PRECEDING | FOLLOWING)
    | CURRENT ROW
    | (constant | PARAM) (PRECEDING | FOLLOWING)
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
    | IN (LPAREN expression (COMMA expression)* | LPAREN_QUERY query) RPAREN    # in
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
    | primary DOT (identifier | STAR)                                   # member
    | LPAREN expression (COMMA expression)* RPAREN                      # parentheses
    | LPAREN_QUERY query RPAREN                                         # scalarQuery
    | EXISTS LPAREN_QUERY query RPAREN                                  # exists
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
    | (IDENTIFIER | TIME) STRING                                    # typed
    | INTERVAL sign=(PLUS | MINUS)? STRING from=unit (TO to=unit)?  # interval
    ;

// A unit of time with the precision that Flink asks for in places; which units there are is checked in Go.
unit: identifier (LPAREN INTEGER (COMMA INTEGER)? RPAREN)?;

// Calls.

call
    : functionName LPAREN arguments? RPAREN filter? over?                       # plainCall
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

over: OVER (identifier | windowSpec);

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
functionName: IDENTIFIER | LEFT | RIGHT | word;

identifier: IDENTIFIER | QUOTED_IDENTIFIER | nonReserved;

nonReserved: DESCRIPTOR | POSITION | TRIM | word;

word
    : ANTI | ARRAY | ASC | BEGIN | BY | CATALOG | CATALOGS | COLUMNS | COMMENT | CREATE | CURRENT | DATABASES | DESC
    | DESCRIBE | DROP | ENFORCED | ESCAPE | EXECUTE | EXPLAIN | FETCH | FILTER | FIRST | FOLLOWING | FUNCTIONS
    | GROUPING | IF | INSERT | KEY | LAST | LOCAL | MAP | METADATA | NEXT | NULLS | OF | OFFSET | ONLY | ORDINALITY
    | OUTER | PARTITION | PARTITIONED | PLAN | PRECEDING | PRIMARY | RANGE | RESET | ROW | ROWS | SEMI | SET | SETS
    | SHOW | STATEMENT | SYSTEM_TIME | TABLES | TEMPORARY | TIME | TO | UNBOUNDED | UNKNOWN | USE | VIEW | VIEWS
    | VIRTUAL | WATERMARK | WINDOW | WITHOUT | ZONE
    ;
