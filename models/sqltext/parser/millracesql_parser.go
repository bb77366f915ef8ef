// Code generated from MillraceSQLParser.g4 by ANTLR 4.13.1. DO NOT EDIT.

package parser // MillraceSQLParser
import (
	"fmt"
	"strconv"
	"sync"

	"github.com/antlr4-go/antlr/v4"
)

// Suppress unused import errors
var _ = fmt.Printf
var _ = strconv.Itoa
var _ = sync.Once{}

type MillraceSQLParser struct {
	*antlr.BaseParser
}

var MillraceSQLParserParserStaticData struct {
	once                   sync.Once
	serializedATN          []int32
	LiteralNames           []string
	SymbolicNames          []string
	RuleNames              []string
	PredictionContextCache *antlr.PredictionContextCache
	atn                    *antlr.ATN
	decisionToDFA          []*antlr.DFA
}

func millracesqlparserParserInit() {
	staticData := &MillraceSQLParserParserStaticData
	staticData.LiteralNames = []string{
		"", "", "", "'AND'", "'AS'", "'BETWEEN'", "'BOTH'", "'CASE'", "'CAST'",
		"'CURRENT_DATE'", "'CURRENT_TIME'", "'CURRENT_TIMESTAMP'", "'DISTINCT'",
		"'ELSE'", "'END'", "'EXISTS'", "'FALSE'", "'FOR'", "'FROM'", "'IN'",
		"'INTERVAL'", "'IS'", "'LEADING'", "'LIKE'", "'LOCALTIME'", "'LOCALTIMESTAMP'",
		"'NOT'", "'NULL'", "'OR'", "'THEN'", "'TRAILING'", "'TRUE'", "'TRY_CAST'",
		"'WHEN'", "'ALL'", "'CROSS'", "'EXCEPT'", "'FULL'", "'GROUP'", "'HAVING'",
		"'INNER'", "'INTERSECT'", "'INTO'", "'JOIN'", "'LATERAL'", "'LEFT'",
		"'LIMIT'", "'NATURAL'", "'ON'", "'ORDER'", "'OVER'", "'RIGHT'", "'SELECT'",
		"'TABLE'", "'UNION'", "'UNNEST'", "'USING'", "'VALUES'", "'WHERE'",
		"'WITH'", "'ARRAY'", "'CREATE'", "'ESCAPE'", "'FILTER'", "'INSERT'",
		"'LOCAL'", "'MAP'", "'OUTER'", "'POSITION'", "'ROW'", "'TIME'", "'TO'",
		"'TRIM'", "'UNKNOWN'", "'WITHOUT'", "'ZONE'", "'='", "", "'<='", "'<'",
		"'>='", "'>'", "'||'", "'+'", "'-'", "'*'", "'/'", "'%'", "'('", "')'",
		"'['", "']'", "','", "'.'", "';'", "", "", "", "", "", "", "", "", "",
		"", "", "", "", "", "'``'",
	}
	staticData.SymbolicNames = []string{
		"", "ARRAY_OF", "MAP_OF", "AND", "AS", "BETWEEN", "BOTH", "CASE", "CAST",
		"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DISTINCT", "ELSE",
		"END", "EXISTS", "FALSE", "FOR", "FROM", "IN", "INTERVAL", "IS", "LEADING",
		"LIKE", "LOCALTIME", "LOCALTIMESTAMP", "NOT", "NULL", "OR", "THEN",
		"TRAILING", "TRUE", "TRY_CAST", "WHEN", "ALL", "CROSS", "EXCEPT", "FULL",
		"GROUP", "HAVING", "INNER", "INTERSECT", "INTO", "JOIN", "LATERAL",
		"LEFT", "LIMIT", "NATURAL", "ON", "ORDER", "OVER", "RIGHT", "SELECT",
		"TABLE", "UNION", "UNNEST", "USING", "VALUES", "WHERE", "WITH", "ARRAY",
		"CREATE", "ESCAPE", "FILTER", "INSERT", "LOCAL", "MAP", "OUTER", "POSITION",
		"ROW", "TIME", "TO", "TRIM", "UNKNOWN", "WITHOUT", "ZONE", "EQ", "NE",
		"LE", "LT", "GE", "GT", "CONCAT", "PLUS", "MINUS", "STAR", "SLASH",
		"PERCENT", "LPAREN", "RPAREN", "LBRACKET", "RBRACKET", "COMMA", "DOT",
		"SEMICOLON", "INTEGER", "DECIMAL", "FLOAT", "STRING", "BYTES", "PARAM",
		"IDENTIFIER", "QUOTED_IDENTIFIER", "SPACE", "LINE_COMMENT", "BLOCK_COMMENT",
		"WRONG_OPERATOR", "WRONG_NUMBER", "DOUBLE_QUOTED", "EMPTY_IDENTIFIER",
		"UNCLOSED_STRING", "UNCLOSED_IDENTIFIER", "UNCLOSED_DOUBLE_QUOTED",
		"UNCLOSED_COMMENT", "UNKNOWN_CHARACTER",
	}
	staticData.RuleNames = []string{
		"expressionOnly", "selectItemOnly", "selectItem", "expression", "predicate",
		"comparisonOperator", "truth", "value", "primary", "when", "constant",
		"unit", "call", "arguments", "argumentsTail", "trimArguments", "filter",
		"dataType", "elementType", "rowField", "typeName", "timeZone", "functionName",
		"identifier", "nonReserved",
	}
	staticData.PredictionContextCache = antlr.NewPredictionContextCache()
	staticData.serializedATN = []int32{
		4, 1, 114, 425, 2, 0, 7, 0, 2, 1, 7, 1, 2, 2, 7, 2, 2, 3, 7, 3, 2, 4, 7,
		4, 2, 5, 7, 5, 2, 6, 7, 6, 2, 7, 7, 7, 2, 8, 7, 8, 2, 9, 7, 9, 2, 10, 7,
		10, 2, 11, 7, 11, 2, 12, 7, 12, 2, 13, 7, 13, 2, 14, 7, 14, 2, 15, 7, 15,
		2, 16, 7, 16, 2, 17, 7, 17, 2, 18, 7, 18, 2, 19, 7, 19, 2, 20, 7, 20, 2,
		21, 7, 21, 2, 22, 7, 22, 2, 23, 7, 23, 2, 24, 7, 24, 1, 0, 1, 0, 1, 0,
		1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 3, 2, 60, 8, 2, 1, 2, 3, 2, 63, 8,
		2, 3, 2, 65, 8, 2, 1, 3, 1, 3, 1, 3, 1, 3, 3, 3, 71, 8, 3, 1, 3, 1, 3,
		1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 3, 3, 85, 8,
		3, 1, 3, 1, 3, 1, 3, 1, 3, 3, 3, 91, 8, 3, 1, 3, 5, 3, 94, 8, 3, 10, 3,
		12, 3, 97, 9, 3, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4,
		1, 4, 5, 4, 109, 8, 4, 10, 4, 12, 4, 112, 9, 4, 1, 4, 1, 4, 1, 4, 1, 4,
		1, 4, 1, 4, 3, 4, 120, 8, 4, 3, 4, 122, 8, 4, 1, 5, 1, 5, 1, 5, 1, 5, 1,
		5, 1, 5, 1, 5, 1, 5, 3, 5, 132, 8, 5, 1, 5, 1, 5, 3, 5, 136, 8, 5, 1, 6,
		1, 6, 1, 7, 1, 7, 1, 7, 1, 7, 3, 7, 144, 8, 7, 1, 7, 1, 7, 1, 7, 1, 7,
		1, 7, 1, 7, 5, 7, 152, 8, 7, 10, 7, 12, 7, 155, 9, 7, 1, 8, 1, 8, 1, 8,
		1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 3, 8, 168, 8, 8, 1, 8,
		4, 8, 171, 8, 8, 11, 8, 12, 8, 172, 1, 8, 1, 8, 3, 8, 177, 8, 8, 1, 8,
		1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 3, 8, 188, 8, 8, 1, 8,
		1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 5, 8, 198, 8, 8, 10, 8, 12, 8,
		201, 9, 8, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 10, 1, 10, 1, 10, 1, 10, 1,
		10, 1, 10, 1, 10, 1, 10, 1, 10, 3, 10, 217, 8, 10, 1, 10, 1, 10, 1, 10,
		1, 10, 3, 10, 223, 8, 10, 3, 10, 225, 8, 10, 1, 11, 1, 11, 1, 11, 1, 11,
		1, 11, 3, 11, 232, 8, 11, 1, 11, 3, 11, 235, 8, 11, 1, 12, 1, 12, 1, 12,
		3, 12, 240, 8, 12, 1, 12, 1, 12, 3, 12, 244, 8, 12, 1, 12, 1, 12, 1, 12,
		1, 12, 3, 12, 250, 8, 12, 1, 12, 1, 12, 1, 12, 3, 12, 255, 8, 12, 1, 12,
		1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1, 12, 1,
		12, 1, 12, 1, 12, 5, 12, 271, 8, 12, 10, 12, 12, 12, 274, 9, 12, 3, 12,
		276, 8, 12, 1, 12, 1, 12, 3, 12, 280, 8, 12, 1, 13, 1, 13, 3, 13, 284,
		8, 13, 1, 13, 1, 13, 1, 13, 3, 13, 289, 8, 13, 1, 14, 1, 14, 5, 14, 293,
		8, 14, 10, 14, 12, 14, 296, 9, 14, 1, 14, 1, 14, 1, 14, 1, 14, 3, 14, 302,
		8, 14, 1, 14, 1, 14, 3, 14, 306, 8, 14, 1, 15, 1, 15, 1, 15, 5, 15, 311,
		8, 15, 10, 15, 12, 15, 314, 9, 15, 1, 15, 1, 15, 3, 15, 318, 8, 15, 1,
		16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17,
		1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1,
		17, 1, 17, 1, 17, 5, 17, 344, 8, 17, 10, 17, 12, 17, 347, 9, 17, 1, 17,
		1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 1, 17, 5, 17, 356, 8, 17, 10, 17, 12,
		17, 359, 9, 17, 1, 17, 1, 17, 1, 17, 1, 17, 3, 17, 365, 8, 17, 1, 17, 1,
		17, 1, 17, 1, 17, 5, 17, 371, 8, 17, 10, 17, 12, 17, 374, 9, 17, 1, 17,
		3, 17, 377, 8, 17, 1, 17, 3, 17, 380, 8, 17, 3, 17, 382, 8, 17, 1, 17,
		1, 17, 3, 17, 386, 8, 17, 1, 17, 3, 17, 389, 8, 17, 1, 17, 5, 17, 392,
		8, 17, 10, 17, 12, 17, 395, 9, 17, 1, 18, 1, 18, 3, 18, 399, 8, 18, 1,
		18, 3, 18, 402, 8, 18, 1, 19, 1, 19, 1, 19, 1, 20, 1, 20, 1, 21, 1, 21,
		3, 21, 411, 8, 21, 1, 21, 1, 21, 1, 21, 1, 22, 1, 22, 1, 23, 1, 23, 1,
		23, 3, 23, 421, 8, 23, 1, 24, 1, 24, 1, 24, 0, 4, 6, 14, 16, 34, 25, 0,
		2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38,
		40, 42, 44, 46, 48, 0, 15, 4, 0, 16, 16, 27, 27, 31, 31, 73, 73, 1, 0,
		83, 84, 2, 0, 82, 82, 85, 87, 2, 0, 8, 8, 32, 32, 2, 0, 16, 16, 31, 31,
		1, 0, 95, 97, 3, 0, 6, 6, 22, 22, 30, 30, 2, 0, 19, 19, 92, 92, 1, 0, 1,
		2, 2, 0, 9, 11, 24, 25, 2, 0, 12, 12, 34, 34, 2, 0, 70, 70, 101, 101, 2,
		0, 59, 59, 74, 74, 8, 0, 45, 45, 51, 51, 60, 60, 62, 63, 65, 66, 69, 71,
		73, 75, 101, 101, 1, 0, 60, 75, 481, 0, 50, 1, 0, 0, 0, 2, 53, 1, 0, 0,
		0, 4, 64, 1, 0, 0, 0, 6, 70, 1, 0, 0, 0, 8, 121, 1, 0, 0, 0, 10, 135, 1,
		0, 0, 0, 12, 137, 1, 0, 0, 0, 14, 143, 1, 0, 0, 0, 16, 187, 1, 0, 0, 0,
		18, 202, 1, 0, 0, 0, 20, 224, 1, 0, 0, 0, 22, 226, 1, 0, 0, 0, 24, 279,
		1, 0, 0, 0, 26, 288, 1, 0, 0, 0, 28, 305, 1, 0, 0, 0, 30, 307, 1, 0, 0,
		0, 32, 319, 1, 0, 0, 0, 34, 381, 1, 0, 0, 0, 36, 396, 1, 0, 0, 0, 38, 403,
		1, 0, 0, 0, 40, 406, 1, 0, 0, 0, 42, 408, 1, 0, 0, 0, 44, 415, 1, 0, 0,
		0, 46, 420, 1, 0, 0, 0, 48, 422, 1, 0, 0, 0, 50, 51, 3, 6, 3, 0, 51, 52,
		5, 0, 0, 1, 52, 1, 1, 0, 0, 0, 53, 54, 3, 4, 2, 0, 54, 55, 5, 0, 0, 1,
		55, 3, 1, 0, 0, 0, 56, 65, 5, 85, 0, 0, 57, 62, 3, 6, 3, 0, 58, 60, 5,
		4, 0, 0, 59, 58, 1, 0, 0, 0, 59, 60, 1, 0, 0, 0, 60, 61, 1, 0, 0, 0, 61,
		63, 3, 46, 23, 0, 62, 59, 1, 0, 0, 0, 62, 63, 1, 0, 0, 0, 63, 65, 1, 0,
		0, 0, 64, 56, 1, 0, 0, 0, 64, 57, 1, 0, 0, 0, 65, 5, 1, 0, 0, 0, 66, 67,
		6, 3, -1, 0, 67, 71, 3, 14, 7, 0, 68, 69, 5, 26, 0, 0, 69, 71, 3, 6, 3,
		3, 70, 66, 1, 0, 0, 0, 70, 68, 1, 0, 0, 0, 71, 95, 1, 0, 0, 0, 72, 73,
		10, 5, 0, 0, 73, 74, 3, 10, 5, 0, 74, 75, 3, 6, 3, 6, 75, 94, 1, 0, 0,
		0, 76, 77, 10, 2, 0, 0, 77, 78, 5, 3, 0, 0, 78, 94, 3, 6, 3, 3, 79, 80,
		10, 1, 0, 0, 80, 81, 5, 28, 0, 0, 81, 94, 3, 6, 3, 2, 82, 84, 10, 6, 0,
		0, 83, 85, 5, 26, 0, 0, 84, 83, 1, 0, 0, 0, 84, 85, 1, 0, 0, 0, 85, 86,
		1, 0, 0, 0, 86, 94, 3, 8, 4, 0, 87, 88, 10, 4, 0, 0, 88, 90, 5, 21, 0,
		0, 89, 91, 5, 26, 0, 0, 90, 89, 1, 0, 0, 0, 90, 91, 1, 0, 0, 0, 91, 92,
		1, 0, 0, 0, 92, 94, 3, 12, 6, 0, 93, 72, 1, 0, 0, 0, 93, 76, 1, 0, 0, 0,
		93, 79, 1, 0, 0, 0, 93, 82, 1, 0, 0, 0, 93, 87, 1, 0, 0, 0, 94, 97, 1,
		0, 0, 0, 95, 93, 1, 0, 0, 0, 95, 96, 1, 0, 0, 0, 96, 7, 1, 0, 0, 0, 97,
		95, 1, 0, 0, 0, 98, 99, 5, 5, 0, 0, 99, 100, 3, 14, 7, 0, 100, 101, 5,
		3, 0, 0, 101, 102, 3, 14, 7, 0, 102, 122, 1, 0, 0, 0, 103, 104, 5, 19,
		0, 0, 104, 105, 5, 88, 0, 0, 105, 110, 3, 6, 3, 0, 106, 107, 5, 92, 0,
		0, 107, 109, 3, 6, 3, 0, 108, 106, 1, 0, 0, 0, 109, 112, 1, 0, 0, 0, 110,
		108, 1, 0, 0, 0, 110, 111, 1, 0, 0, 0, 111, 113, 1, 0, 0, 0, 112, 110,
		1, 0, 0, 0, 113, 114, 5, 89, 0, 0, 114, 122, 1, 0, 0, 0, 115, 116, 5, 23,
		0, 0, 116, 119, 3, 14, 7, 0, 117, 118, 5, 62, 0, 0, 118, 120, 3, 14, 7,
		0, 119, 117, 1, 0, 0, 0, 119, 120, 1, 0, 0, 0, 120, 122, 1, 0, 0, 0, 121,
		98, 1, 0, 0, 0, 121, 103, 1, 0, 0, 0, 121, 115, 1, 0, 0, 0, 122, 9, 1,
		0, 0, 0, 123, 136, 5, 76, 0, 0, 124, 136, 5, 77, 0, 0, 125, 136, 5, 79,
		0, 0, 126, 136, 5, 78, 0, 0, 127, 136, 5, 81, 0, 0, 128, 136, 5, 80, 0,
		0, 129, 131, 5, 21, 0, 0, 130, 132, 5, 26, 0, 0, 131, 130, 1, 0, 0, 0,
		131, 132, 1, 0, 0, 0, 132, 133, 1, 0, 0, 0, 133, 134, 5, 12, 0, 0, 134,
		136, 5, 18, 0, 0, 135, 123, 1, 0, 0, 0, 135, 124, 1, 0, 0, 0, 135, 125,
		1, 0, 0, 0, 135, 126, 1, 0, 0, 0, 135, 127, 1, 0, 0, 0, 135, 128, 1, 0,
		0, 0, 135, 129, 1, 0, 0, 0, 136, 11, 1, 0, 0, 0, 137, 138, 7, 0, 0, 0,
		138, 13, 1, 0, 0, 0, 139, 140, 6, 7, -1, 0, 140, 144, 3, 16, 8, 0, 141,
		142, 7, 1, 0, 0, 142, 144, 3, 14, 7, 3, 143, 139, 1, 0, 0, 0, 143, 141,
		1, 0, 0, 0, 144, 153, 1, 0, 0, 0, 145, 146, 10, 2, 0, 0, 146, 147, 7, 2,
		0, 0, 147, 152, 3, 14, 7, 3, 148, 149, 10, 1, 0, 0, 149, 150, 7, 1, 0,
		0, 150, 152, 3, 14, 7, 2, 151, 145, 1, 0, 0, 0, 151, 148, 1, 0, 0, 0, 152,
		155, 1, 0, 0, 0, 153, 151, 1, 0, 0, 0, 153, 154, 1, 0, 0, 0, 154, 15, 1,
		0, 0, 0, 155, 153, 1, 0, 0, 0, 156, 157, 6, 8, -1, 0, 157, 158, 5, 88,
		0, 0, 158, 159, 3, 6, 3, 0, 159, 160, 5, 89, 0, 0, 160, 188, 1, 0, 0, 0,
		161, 188, 3, 46, 23, 0, 162, 188, 3, 24, 12, 0, 163, 188, 3, 20, 10, 0,
		164, 188, 5, 100, 0, 0, 165, 167, 5, 7, 0, 0, 166, 168, 3, 6, 3, 0, 167,
		166, 1, 0, 0, 0, 167, 168, 1, 0, 0, 0, 168, 170, 1, 0, 0, 0, 169, 171,
		3, 18, 9, 0, 170, 169, 1, 0, 0, 0, 171, 172, 1, 0, 0, 0, 172, 170, 1, 0,
		0, 0, 172, 173, 1, 0, 0, 0, 173, 176, 1, 0, 0, 0, 174, 175, 5, 13, 0, 0,
		175, 177, 3, 6, 3, 0, 176, 174, 1, 0, 0, 0, 176, 177, 1, 0, 0, 0, 177,
		178, 1, 0, 0, 0, 178, 179, 5, 14, 0, 0, 179, 188, 1, 0, 0, 0, 180, 181,
		7, 3, 0, 0, 181, 182, 5, 88, 0, 0, 182, 183, 3, 6, 3, 0, 183, 184, 5, 4,
		0, 0, 184, 185, 3, 34, 17, 0, 185, 186, 5, 89, 0, 0, 186, 188, 1, 0, 0,
		0, 187, 156, 1, 0, 0, 0, 187, 161, 1, 0, 0, 0, 187, 162, 1, 0, 0, 0, 187,
		163, 1, 0, 0, 0, 187, 164, 1, 0, 0, 0, 187, 165, 1, 0, 0, 0, 187, 180,
		1, 0, 0, 0, 188, 199, 1, 0, 0, 0, 189, 190, 10, 9, 0, 0, 190, 191, 5, 90,
		0, 0, 191, 192, 3, 6, 3, 0, 192, 193, 5, 91, 0, 0, 193, 198, 1, 0, 0, 0,
		194, 195, 10, 8, 0, 0, 195, 196, 5, 93, 0, 0, 196, 198, 3, 46, 23, 0, 197,
		189, 1, 0, 0, 0, 197, 194, 1, 0, 0, 0, 198, 201, 1, 0, 0, 0, 199, 197,
		1, 0, 0, 0, 199, 200, 1, 0, 0, 0, 200, 17, 1, 0, 0, 0, 201, 199, 1, 0,
		0, 0, 202, 203, 5, 33, 0, 0, 203, 204, 3, 6, 3, 0, 204, 205, 5, 29, 0,
		0, 205, 206, 3, 6, 3, 0, 206, 19, 1, 0, 0, 0, 207, 225, 5, 27, 0, 0, 208,
		225, 7, 4, 0, 0, 209, 225, 7, 5, 0, 0, 210, 225, 5, 98, 0, 0, 211, 225,
		5, 99, 0, 0, 212, 213, 5, 101, 0, 0, 213, 225, 5, 98, 0, 0, 214, 216, 5,
		20, 0, 0, 215, 217, 7, 1, 0, 0, 216, 215, 1, 0, 0, 0, 216, 217, 1, 0, 0,
		0, 217, 218, 1, 0, 0, 0, 218, 219, 5, 98, 0, 0, 219, 222, 3, 22, 11, 0,
		220, 221, 5, 71, 0, 0, 221, 223, 3, 22, 11, 0, 222, 220, 1, 0, 0, 0, 222,
		223, 1, 0, 0, 0, 223, 225, 1, 0, 0, 0, 224, 207, 1, 0, 0, 0, 224, 208,
		1, 0, 0, 0, 224, 209, 1, 0, 0, 0, 224, 210, 1, 0, 0, 0, 224, 211, 1, 0,
		0, 0, 224, 212, 1, 0, 0, 0, 224, 214, 1, 0, 0, 0, 225, 21, 1, 0, 0, 0,
		226, 234, 3, 46, 23, 0, 227, 228, 5, 88, 0, 0, 228, 231, 5, 95, 0, 0, 229,
		230, 5, 92, 0, 0, 230, 232, 5, 95, 0, 0, 231, 229, 1, 0, 0, 0, 231, 232,
		1, 0, 0, 0, 232, 233, 1, 0, 0, 0, 233, 235, 5, 89, 0, 0, 234, 227, 1, 0,
		0, 0, 234, 235, 1, 0, 0, 0, 235, 23, 1, 0, 0, 0, 236, 237, 3, 44, 22, 0,
		237, 239, 5, 88, 0, 0, 238, 240, 3, 26, 13, 0, 239, 238, 1, 0, 0, 0, 239,
		240, 1, 0, 0, 0, 240, 241, 1, 0, 0, 0, 241, 243, 5, 89, 0, 0, 242, 244,
		3, 32, 16, 0, 243, 242, 1, 0, 0, 0, 243, 244, 1, 0, 0, 0, 244, 280, 1,
		0, 0, 0, 245, 246, 5, 72, 0, 0, 246, 254, 5, 88, 0, 0, 247, 249, 7, 6,
		0, 0, 248, 250, 3, 14, 7, 0, 249, 248, 1, 0, 0, 0, 249, 250, 1, 0, 0, 0,
		250, 251, 1, 0, 0, 0, 251, 252, 5, 18, 0, 0, 252, 255, 3, 14, 7, 0, 253,
		255, 3, 30, 15, 0, 254, 247, 1, 0, 0, 0, 254, 253, 1, 0, 0, 0, 255, 256,
		1, 0, 0, 0, 256, 257, 5, 89, 0, 0, 257, 280, 1, 0, 0, 0, 258, 259, 5, 68,
		0, 0, 259, 260, 5, 88, 0, 0, 260, 261, 3, 14, 7, 0, 261, 262, 7, 7, 0,
		0, 262, 263, 3, 14, 7, 0, 263, 264, 5, 89, 0, 0, 264, 280, 1, 0, 0, 0,
		265, 266, 7, 8, 0, 0, 266, 275, 5, 90, 0, 0, 267, 272, 3, 6, 3, 0, 268,
		269, 5, 92, 0, 0, 269, 271, 3, 6, 3, 0, 270, 268, 1, 0, 0, 0, 271, 274,
		1, 0, 0, 0, 272, 270, 1, 0, 0, 0, 272, 273, 1, 0, 0, 0, 273, 276, 1, 0,
		0, 0, 274, 272, 1, 0, 0, 0, 275, 267, 1, 0, 0, 0, 275, 276, 1, 0, 0, 0,
		276, 277, 1, 0, 0, 0, 277, 280, 5, 91, 0, 0, 278, 280, 7, 9, 0, 0, 279,
		236, 1, 0, 0, 0, 279, 245, 1, 0, 0, 0, 279, 258, 1, 0, 0, 0, 279, 265,
		1, 0, 0, 0, 279, 278, 1, 0, 0, 0, 280, 25, 1, 0, 0, 0, 281, 289, 5, 85,
		0, 0, 282, 284, 7, 10, 0, 0, 283, 282, 1, 0, 0, 0, 283, 284, 1, 0, 0, 0,
		284, 285, 1, 0, 0, 0, 285, 286, 3, 6, 3, 0, 286, 287, 3, 28, 14, 0, 287,
		289, 1, 0, 0, 0, 288, 281, 1, 0, 0, 0, 288, 283, 1, 0, 0, 0, 289, 27, 1,
		0, 0, 0, 290, 291, 5, 92, 0, 0, 291, 293, 3, 6, 3, 0, 292, 290, 1, 0, 0,
		0, 293, 296, 1, 0, 0, 0, 294, 292, 1, 0, 0, 0, 294, 295, 1, 0, 0, 0, 295,
		306, 1, 0, 0, 0, 296, 294, 1, 0, 0, 0, 297, 298, 5, 18, 0, 0, 298, 301,
		3, 6, 3, 0, 299, 300, 5, 17, 0, 0, 300, 302, 3, 6, 3, 0, 301, 299, 1, 0,
		0, 0, 301, 302, 1, 0, 0, 0, 302, 306, 1, 0, 0, 0, 303, 304, 5, 71, 0, 0,
		304, 306, 3, 46, 23, 0, 305, 294, 1, 0, 0, 0, 305, 297, 1, 0, 0, 0, 305,
		303, 1, 0, 0, 0, 306, 29, 1, 0, 0, 0, 307, 317, 3, 6, 3, 0, 308, 309, 5,
		92, 0, 0, 309, 311, 3, 6, 3, 0, 310, 308, 1, 0, 0, 0, 311, 314, 1, 0, 0,
		0, 312, 310, 1, 0, 0, 0, 312, 313, 1, 0, 0, 0, 313, 318, 1, 0, 0, 0, 314,
		312, 1, 0, 0, 0, 315, 316, 5, 18, 0, 0, 316, 318, 3, 6, 3, 0, 317, 312,
		1, 0, 0, 0, 317, 315, 1, 0, 0, 0, 318, 31, 1, 0, 0, 0, 319, 320, 5, 63,
		0, 0, 320, 321, 5, 88, 0, 0, 321, 322, 5, 58, 0, 0, 322, 323, 3, 6, 3,
		0, 323, 324, 5, 89, 0, 0, 324, 33, 1, 0, 0, 0, 325, 326, 6, 17, -1, 0,
		326, 327, 5, 60, 0, 0, 327, 328, 5, 79, 0, 0, 328, 329, 3, 36, 18, 0, 329,
		330, 5, 81, 0, 0, 330, 382, 1, 0, 0, 0, 331, 332, 5, 66, 0, 0, 332, 333,
		5, 79, 0, 0, 333, 334, 3, 36, 18, 0, 334, 335, 5, 92, 0, 0, 335, 336, 3,
		36, 18, 0, 336, 337, 5, 81, 0, 0, 337, 382, 1, 0, 0, 0, 338, 339, 5, 69,
		0, 0, 339, 340, 5, 79, 0, 0, 340, 345, 3, 38, 19, 0, 341, 342, 5, 92, 0,
		0, 342, 344, 3, 38, 19, 0, 343, 341, 1, 0, 0, 0, 344, 347, 1, 0, 0, 0,
		345, 343, 1, 0, 0, 0, 345, 346, 1, 0, 0, 0, 346, 348, 1, 0, 0, 0, 347,
		345, 1, 0, 0, 0, 348, 349, 5, 81, 0, 0, 349, 382, 1, 0, 0, 0, 350, 351,
		5, 69, 0, 0, 351, 352, 5, 88, 0, 0, 352, 357, 3, 38, 19, 0, 353, 354, 5,
		92, 0, 0, 354, 356, 3, 38, 19, 0, 355, 353, 1, 0, 0, 0, 356, 359, 1, 0,
		0, 0, 357, 355, 1, 0, 0, 0, 357, 358, 1, 0, 0, 0, 358, 360, 1, 0, 0, 0,
		359, 357, 1, 0, 0, 0, 360, 361, 5, 89, 0, 0, 361, 382, 1, 0, 0, 0, 362,
		364, 3, 40, 20, 0, 363, 365, 5, 101, 0, 0, 364, 363, 1, 0, 0, 0, 364, 365,
		1, 0, 0, 0, 365, 376, 1, 0, 0, 0, 366, 367, 5, 88, 0, 0, 367, 372, 5, 95,
		0, 0, 368, 369, 5, 92, 0, 0, 369, 371, 5, 95, 0, 0, 370, 368, 1, 0, 0,
		0, 371, 374, 1, 0, 0, 0, 372, 370, 1, 0, 0, 0, 372, 373, 1, 0, 0, 0, 373,
		375, 1, 0, 0, 0, 374, 372, 1, 0, 0, 0, 375, 377, 5, 89, 0, 0, 376, 366,
		1, 0, 0, 0, 376, 377, 1, 0, 0, 0, 377, 379, 1, 0, 0, 0, 378, 380, 3, 42,
		21, 0, 379, 378, 1, 0, 0, 0, 379, 380, 1, 0, 0, 0, 380, 382, 1, 0, 0, 0,
		381, 325, 1, 0, 0, 0, 381, 331, 1, 0, 0, 0, 381, 338, 1, 0, 0, 0, 381,
		350, 1, 0, 0, 0, 381, 362, 1, 0, 0, 0, 382, 393, 1, 0, 0, 0, 383, 388,
		10, 6, 0, 0, 384, 386, 5, 26, 0, 0, 385, 384, 1, 0, 0, 0, 385, 386, 1,
		0, 0, 0, 386, 387, 1, 0, 0, 0, 387, 389, 5, 27, 0, 0, 388, 385, 1, 0, 0,
		0, 388, 389, 1, 0, 0, 0, 389, 390, 1, 0, 0, 0, 390, 392, 5, 60, 0, 0, 391,
		383, 1, 0, 0, 0, 392, 395, 1, 0, 0, 0, 393, 391, 1, 0, 0, 0, 393, 394,
		1, 0, 0, 0, 394, 35, 1, 0, 0, 0, 395, 393, 1, 0, 0, 0, 396, 401, 3, 34,
		17, 0, 397, 399, 5, 26, 0, 0, 398, 397, 1, 0, 0, 0, 398, 399, 1, 0, 0,
		0, 399, 400, 1, 0, 0, 0, 400, 402, 5, 27, 0, 0, 401, 398, 1, 0, 0, 0, 401,
		402, 1, 0, 0, 0, 402, 37, 1, 0, 0, 0, 403, 404, 3, 46, 23, 0, 404, 405,
		3, 36, 18, 0, 405, 39, 1, 0, 0, 0, 406, 407, 7, 11, 0, 0, 407, 41, 1, 0,
		0, 0, 408, 410, 7, 12, 0, 0, 409, 411, 5, 65, 0, 0, 410, 409, 1, 0, 0,
		0, 410, 411, 1, 0, 0, 0, 411, 412, 1, 0, 0, 0, 412, 413, 5, 70, 0, 0, 413,
		414, 5, 75, 0, 0, 414, 43, 1, 0, 0, 0, 415, 416, 7, 13, 0, 0, 416, 45,
		1, 0, 0, 0, 417, 421, 5, 101, 0, 0, 418, 421, 5, 102, 0, 0, 419, 421, 3,
		48, 24, 0, 420, 417, 1, 0, 0, 0, 420, 418, 1, 0, 0, 0, 420, 419, 1, 0,
		0, 0, 421, 47, 1, 0, 0, 0, 422, 423, 7, 14, 0, 0, 423, 49, 1, 0, 0, 0,
		55, 59, 62, 64, 70, 84, 90, 93, 95, 110, 119, 121, 131, 135, 143, 151,
		153, 167, 172, 176, 187, 197, 199, 216, 222, 224, 231, 234, 239, 243, 249,
		254, 272, 275, 279, 283, 288, 294, 301, 305, 312, 317, 345, 357, 364, 372,
		376, 379, 381, 385, 388, 393, 398, 401, 410, 420,
	}
	deserializer := antlr.NewATNDeserializer(nil)
	staticData.atn = deserializer.Deserialize(staticData.serializedATN)
	atn := staticData.atn
	staticData.decisionToDFA = make([]*antlr.DFA, len(atn.DecisionToState))
	decisionToDFA := staticData.decisionToDFA
	for index, state := range atn.DecisionToState {
		decisionToDFA[index] = antlr.NewDFA(state, index)
	}
}

// MillraceSQLParserInit initializes any static state used to implement MillraceSQLParser. By default the
// static state used to implement the parser is lazily initialized during the first call to
// NewMillraceSQLParser(). You can call this function if you wish to initialize the static state ahead
// of time.
func MillraceSQLParserInit() {
	staticData := &MillraceSQLParserParserStaticData
	staticData.once.Do(millracesqlparserParserInit)
}

// NewMillraceSQLParser produces a new parser instance for the optional input antlr.TokenStream.
func NewMillraceSQLParser(input antlr.TokenStream) *MillraceSQLParser {
	MillraceSQLParserInit()
	this := new(MillraceSQLParser)
	this.BaseParser = antlr.NewBaseParser(input)
	staticData := &MillraceSQLParserParserStaticData
	this.Interpreter = antlr.NewParserATNSimulator(this, staticData.atn, staticData.decisionToDFA, staticData.PredictionContextCache)
	this.RuleNames = staticData.RuleNames
	this.LiteralNames = staticData.LiteralNames
	this.SymbolicNames = staticData.SymbolicNames
	this.GrammarFileName = "MillraceSQLParser.g4"

	return this
}

// MillraceSQLParser tokens.
const (
	MillraceSQLParserEOF                    = antlr.TokenEOF
	MillraceSQLParserARRAY_OF               = 1
	MillraceSQLParserMAP_OF                 = 2
	MillraceSQLParserAND                    = 3
	MillraceSQLParserAS                     = 4
	MillraceSQLParserBETWEEN                = 5
	MillraceSQLParserBOTH                   = 6
	MillraceSQLParserCASE                   = 7
	MillraceSQLParserCAST                   = 8
	MillraceSQLParserCURRENT_DATE           = 9
	MillraceSQLParserCURRENT_TIME           = 10
	MillraceSQLParserCURRENT_TIMESTAMP      = 11
	MillraceSQLParserDISTINCT               = 12
	MillraceSQLParserELSE                   = 13
	MillraceSQLParserEND                    = 14
	MillraceSQLParserEXISTS                 = 15
	MillraceSQLParserFALSE                  = 16
	MillraceSQLParserFOR                    = 17
	MillraceSQLParserFROM                   = 18
	MillraceSQLParserIN                     = 19
	MillraceSQLParserINTERVAL               = 20
	MillraceSQLParserIS                     = 21
	MillraceSQLParserLEADING                = 22
	MillraceSQLParserLIKE                   = 23
	MillraceSQLParserLOCALTIME              = 24
	MillraceSQLParserLOCALTIMESTAMP         = 25
	MillraceSQLParserNOT                    = 26
	MillraceSQLParserNULL                   = 27
	MillraceSQLParserOR                     = 28
	MillraceSQLParserTHEN                   = 29
	MillraceSQLParserTRAILING               = 30
	MillraceSQLParserTRUE                   = 31
	MillraceSQLParserTRY_CAST               = 32
	MillraceSQLParserWHEN                   = 33
	MillraceSQLParserALL                    = 34
	MillraceSQLParserCROSS                  = 35
	MillraceSQLParserEXCEPT                 = 36
	MillraceSQLParserFULL                   = 37
	MillraceSQLParserGROUP                  = 38
	MillraceSQLParserHAVING                 = 39
	MillraceSQLParserINNER                  = 40
	MillraceSQLParserINTERSECT              = 41
	MillraceSQLParserINTO                   = 42
	MillraceSQLParserJOIN                   = 43
	MillraceSQLParserLATERAL                = 44
	MillraceSQLParserLEFT                   = 45
	MillraceSQLParserLIMIT                  = 46
	MillraceSQLParserNATURAL                = 47
	MillraceSQLParserON                     = 48
	MillraceSQLParserORDER                  = 49
	MillraceSQLParserOVER                   = 50
	MillraceSQLParserRIGHT                  = 51
	MillraceSQLParserSELECT                 = 52
	MillraceSQLParserTABLE                  = 53
	MillraceSQLParserUNION                  = 54
	MillraceSQLParserUNNEST                 = 55
	MillraceSQLParserUSING                  = 56
	MillraceSQLParserVALUES                 = 57
	MillraceSQLParserWHERE                  = 58
	MillraceSQLParserWITH                   = 59
	MillraceSQLParserARRAY                  = 60
	MillraceSQLParserCREATE                 = 61
	MillraceSQLParserESCAPE                 = 62
	MillraceSQLParserFILTER                 = 63
	MillraceSQLParserINSERT                 = 64
	MillraceSQLParserLOCAL                  = 65
	MillraceSQLParserMAP                    = 66
	MillraceSQLParserOUTER                  = 67
	MillraceSQLParserPOSITION               = 68
	MillraceSQLParserROW                    = 69
	MillraceSQLParserTIME                   = 70
	MillraceSQLParserTO                     = 71
	MillraceSQLParserTRIM                   = 72
	MillraceSQLParserUNKNOWN                = 73
	MillraceSQLParserWITHOUT                = 74
	MillraceSQLParserZONE                   = 75
	MillraceSQLParserEQ                     = 76
	MillraceSQLParserNE                     = 77
	MillraceSQLParserLE                     = 78
	MillraceSQLParserLT                     = 79
	MillraceSQLParserGE                     = 80
	MillraceSQLParserGT                     = 81
	MillraceSQLParserCONCAT                 = 82
	MillraceSQLParserPLUS                   = 83
	MillraceSQLParserMINUS                  = 84
	MillraceSQLParserSTAR                   = 85
	MillraceSQLParserSLASH                  = 86
	MillraceSQLParserPERCENT                = 87
	MillraceSQLParserLPAREN                 = 88
	MillraceSQLParserRPAREN                 = 89
	MillraceSQLParserLBRACKET               = 90
	MillraceSQLParserRBRACKET               = 91
	MillraceSQLParserCOMMA                  = 92
	MillraceSQLParserDOT                    = 93
	MillraceSQLParserSEMICOLON              = 94
	MillraceSQLParserINTEGER                = 95
	MillraceSQLParserDECIMAL                = 96
	MillraceSQLParserFLOAT                  = 97
	MillraceSQLParserSTRING                 = 98
	MillraceSQLParserBYTES                  = 99
	MillraceSQLParserPARAM                  = 100
	MillraceSQLParserIDENTIFIER             = 101
	MillraceSQLParserQUOTED_IDENTIFIER      = 102
	MillraceSQLParserSPACE                  = 103
	MillraceSQLParserLINE_COMMENT           = 104
	MillraceSQLParserBLOCK_COMMENT          = 105
	MillraceSQLParserWRONG_OPERATOR         = 106
	MillraceSQLParserWRONG_NUMBER           = 107
	MillraceSQLParserDOUBLE_QUOTED          = 108
	MillraceSQLParserEMPTY_IDENTIFIER       = 109
	MillraceSQLParserUNCLOSED_STRING        = 110
	MillraceSQLParserUNCLOSED_IDENTIFIER    = 111
	MillraceSQLParserUNCLOSED_DOUBLE_QUOTED = 112
	MillraceSQLParserUNCLOSED_COMMENT       = 113
	MillraceSQLParserUNKNOWN_CHARACTER      = 114
)

// MillraceSQLParser rules.
const (
	MillraceSQLParserRULE_expressionOnly     = 0
	MillraceSQLParserRULE_selectItemOnly     = 1
	MillraceSQLParserRULE_selectItem         = 2
	MillraceSQLParserRULE_expression         = 3
	MillraceSQLParserRULE_predicate          = 4
	MillraceSQLParserRULE_comparisonOperator = 5
	MillraceSQLParserRULE_truth              = 6
	MillraceSQLParserRULE_value              = 7
	MillraceSQLParserRULE_primary            = 8
	MillraceSQLParserRULE_when               = 9
	MillraceSQLParserRULE_constant           = 10
	MillraceSQLParserRULE_unit               = 11
	MillraceSQLParserRULE_call               = 12
	MillraceSQLParserRULE_arguments          = 13
	MillraceSQLParserRULE_argumentsTail      = 14
	MillraceSQLParserRULE_trimArguments      = 15
	MillraceSQLParserRULE_filter             = 16
	MillraceSQLParserRULE_dataType           = 17
	MillraceSQLParserRULE_elementType        = 18
	MillraceSQLParserRULE_rowField           = 19
	MillraceSQLParserRULE_typeName           = 20
	MillraceSQLParserRULE_timeZone           = 21
	MillraceSQLParserRULE_functionName       = 22
	MillraceSQLParserRULE_identifier         = 23
	MillraceSQLParserRULE_nonReserved        = 24
)

// IExpressionOnlyContext is an interface to support dynamic dispatch.
type IExpressionOnlyContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	Expression() IExpressionContext
	EOF() antlr.TerminalNode

	// IsExpressionOnlyContext differentiates from other interfaces.
	IsExpressionOnlyContext()
}

type ExpressionOnlyContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyExpressionOnlyContext() *ExpressionOnlyContext {
	var p = new(ExpressionOnlyContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_expressionOnly
	return p
}

func InitEmptyExpressionOnlyContext(p *ExpressionOnlyContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_expressionOnly
}

func (*ExpressionOnlyContext) IsExpressionOnlyContext() {}

func NewExpressionOnlyContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ExpressionOnlyContext {
	var p = new(ExpressionOnlyContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_expressionOnly

	return p
}

func (s *ExpressionOnlyContext) GetParser() antlr.Parser { return s.parser }

func (s *ExpressionOnlyContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ExpressionOnlyContext) EOF() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserEOF, 0)
}

func (s *ExpressionOnlyContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ExpressionOnlyContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) ExpressionOnly() (localctx IExpressionOnlyContext) {
	localctx = NewExpressionOnlyContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 0, MillraceSQLParserRULE_expressionOnly)
	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(50)
		p.expression(0)
	}
	{
		p.SetState(51)
		p.Match(MillraceSQLParserEOF)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ISelectItemOnlyContext is an interface to support dynamic dispatch.
type ISelectItemOnlyContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	SelectItem() ISelectItemContext
	EOF() antlr.TerminalNode

	// IsSelectItemOnlyContext differentiates from other interfaces.
	IsSelectItemOnlyContext()
}

type SelectItemOnlyContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptySelectItemOnlyContext() *SelectItemOnlyContext {
	var p = new(SelectItemOnlyContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_selectItemOnly
	return p
}

func InitEmptySelectItemOnlyContext(p *SelectItemOnlyContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_selectItemOnly
}

func (*SelectItemOnlyContext) IsSelectItemOnlyContext() {}

func NewSelectItemOnlyContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *SelectItemOnlyContext {
	var p = new(SelectItemOnlyContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_selectItemOnly

	return p
}

func (s *SelectItemOnlyContext) GetParser() antlr.Parser { return s.parser }

func (s *SelectItemOnlyContext) SelectItem() ISelectItemContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ISelectItemContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ISelectItemContext)
}

func (s *SelectItemOnlyContext) EOF() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserEOF, 0)
}

func (s *SelectItemOnlyContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SelectItemOnlyContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) SelectItemOnly() (localctx ISelectItemOnlyContext) {
	localctx = NewSelectItemOnlyContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 2, MillraceSQLParserRULE_selectItemOnly)
	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(53)
		p.SelectItem()
	}
	{
		p.SetState(54)
		p.Match(MillraceSQLParserEOF)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ISelectItemContext is an interface to support dynamic dispatch.
type ISelectItemContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsSelectItemContext differentiates from other interfaces.
	IsSelectItemContext()
}

type SelectItemContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptySelectItemContext() *SelectItemContext {
	var p = new(SelectItemContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_selectItem
	return p
}

func InitEmptySelectItemContext(p *SelectItemContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_selectItem
}

func (*SelectItemContext) IsSelectItemContext() {}

func NewSelectItemContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *SelectItemContext {
	var p = new(SelectItemContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_selectItem

	return p
}

func (s *SelectItemContext) GetParser() antlr.Parser { return s.parser }

func (s *SelectItemContext) CopyAll(ctx *SelectItemContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *SelectItemContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SelectItemContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type SelectStarContext struct {
	SelectItemContext
}

func NewSelectStarContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *SelectStarContext {
	var p = new(SelectStarContext)

	InitEmptySelectItemContext(&p.SelectItemContext)
	p.parser = parser
	p.CopyAll(ctx.(*SelectItemContext))

	return p
}

func (s *SelectStarContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SelectStarContext) STAR() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTAR, 0)
}

type SelectExpressionContext struct {
	SelectItemContext
	alias IIdentifierContext
}

func NewSelectExpressionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *SelectExpressionContext {
	var p = new(SelectExpressionContext)

	InitEmptySelectItemContext(&p.SelectItemContext)
	p.parser = parser
	p.CopyAll(ctx.(*SelectItemContext))

	return p
}

func (s *SelectExpressionContext) GetAlias() IIdentifierContext { return s.alias }

func (s *SelectExpressionContext) SetAlias(v IIdentifierContext) { s.alias = v }

func (s *SelectExpressionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SelectExpressionContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *SelectExpressionContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

func (s *SelectExpressionContext) AS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserAS, 0)
}

func (p *MillraceSQLParser) SelectItem() (localctx ISelectItemContext) {
	localctx = NewSelectItemContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 4, MillraceSQLParserRULE_selectItem)
	var _la int

	p.SetState(64)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserSTAR:
		localctx = NewSelectStarContext(p, localctx)
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(56)
			p.Match(MillraceSQLParserSTAR)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF, MillraceSQLParserCASE, MillraceSQLParserCAST, MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserFALSE, MillraceSQLParserINTERVAL, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP, MillraceSQLParserNOT, MillraceSQLParserNULL, MillraceSQLParserTRUE, MillraceSQLParserTRY_CAST, MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserPLUS, MillraceSQLParserMINUS, MillraceSQLParserLPAREN, MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT, MillraceSQLParserSTRING, MillraceSQLParserBYTES, MillraceSQLParserPARAM, MillraceSQLParserIDENTIFIER, MillraceSQLParserQUOTED_IDENTIFIER:
		localctx = NewSelectExpressionContext(p, localctx)
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(57)
			p.expression(0)
		}
		p.SetState(62)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if ((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&-1152921504606846960) != 0) || ((int64((_la-64)) & ^0x3f) == 0 && ((int64(1)<<(_la-64))&412316864511) != 0) {
			p.SetState(59)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)

			if _la == MillraceSQLParserAS {
				{
					p.SetState(58)
					p.Match(MillraceSQLParserAS)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}

			}
			{
				p.SetState(61)

				var _x = p.Identifier()

				localctx.(*SelectExpressionContext).alias = _x
			}

		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IExpressionContext is an interface to support dynamic dispatch.
type IExpressionContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsExpressionContext differentiates from other interfaces.
	IsExpressionContext()
}

type ExpressionContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyExpressionContext() *ExpressionContext {
	var p = new(ExpressionContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_expression
	return p
}

func InitEmptyExpressionContext(p *ExpressionContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_expression
}

func (*ExpressionContext) IsExpressionContext() {}

func NewExpressionContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ExpressionContext {
	var p = new(ExpressionContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_expression

	return p
}

func (s *ExpressionContext) GetParser() antlr.Parser { return s.parser }

func (s *ExpressionContext) CopyAll(ctx *ExpressionContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *ExpressionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ExpressionContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type ValueExpressionContext struct {
	ExpressionContext
}

func NewValueExpressionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ValueExpressionContext {
	var p = new(ValueExpressionContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *ValueExpressionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ValueExpressionContext) Value() IValueContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

type NegationContext struct {
	ExpressionContext
}

func NewNegationContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *NegationContext {
	var p = new(NegationContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *NegationContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *NegationContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

func (s *NegationContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

type ComparisonContext struct {
	ExpressionContext
}

func NewComparisonContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ComparisonContext {
	var p = new(ComparisonContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *ComparisonContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ComparisonContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *ComparisonContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ComparisonContext) ComparisonOperator() IComparisonOperatorContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IComparisonOperatorContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IComparisonOperatorContext)
}

type ConjunctionContext struct {
	ExpressionContext
}

func NewConjunctionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ConjunctionContext {
	var p = new(ConjunctionContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *ConjunctionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ConjunctionContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *ConjunctionContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ConjunctionContext) AND() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserAND, 0)
}

type DisjunctionContext struct {
	ExpressionContext
}

func NewDisjunctionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *DisjunctionContext {
	var p = new(DisjunctionContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *DisjunctionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *DisjunctionContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *DisjunctionContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *DisjunctionContext) OR() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserOR, 0)
}

type IsTestContext struct {
	ExpressionContext
}

func NewIsTestContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *IsTestContext {
	var p = new(IsTestContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *IsTestContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *IsTestContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *IsTestContext) IS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIS, 0)
}

func (s *IsTestContext) Truth() ITruthContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ITruthContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ITruthContext)
}

func (s *IsTestContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

type PredicateExpressionContext struct {
	ExpressionContext
}

func NewPredicateExpressionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *PredicateExpressionContext {
	var p = new(PredicateExpressionContext)

	InitEmptyExpressionContext(&p.ExpressionContext)
	p.parser = parser
	p.CopyAll(ctx.(*ExpressionContext))

	return p
}

func (s *PredicateExpressionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PredicateExpressionContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *PredicateExpressionContext) Predicate() IPredicateContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IPredicateContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IPredicateContext)
}

func (s *PredicateExpressionContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

func (p *MillraceSQLParser) Expression() (localctx IExpressionContext) {
	return p.expression(0)
}

func (p *MillraceSQLParser) expression(_p int) (localctx IExpressionContext) {
	var _parentctx antlr.ParserRuleContext = p.GetParserRuleContext()

	_parentState := p.GetState()
	localctx = NewExpressionContext(p, p.GetParserRuleContext(), _parentState)
	var _prevctx IExpressionContext = localctx
	var _ antlr.ParserRuleContext = _prevctx // TODO: To prevent unused variable warning.
	_startState := 6
	p.EnterRecursionRule(localctx, 6, MillraceSQLParserRULE_expression, _p)
	var _la int

	var _alt int

	p.EnterOuterAlt(localctx, 1)
	p.SetState(70)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF, MillraceSQLParserCASE, MillraceSQLParserCAST, MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserFALSE, MillraceSQLParserINTERVAL, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP, MillraceSQLParserNULL, MillraceSQLParserTRUE, MillraceSQLParserTRY_CAST, MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserPLUS, MillraceSQLParserMINUS, MillraceSQLParserLPAREN, MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT, MillraceSQLParserSTRING, MillraceSQLParserBYTES, MillraceSQLParserPARAM, MillraceSQLParserIDENTIFIER, MillraceSQLParserQUOTED_IDENTIFIER:
		localctx = NewValueExpressionContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx

		{
			p.SetState(67)
			p.value(0)
		}

	case MillraceSQLParserNOT:
		localctx = NewNegationContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(68)
			p.Match(MillraceSQLParserNOT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(69)
			p.expression(3)
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}
	p.GetParserRuleContext().SetStop(p.GetTokenStream().LT(-1))
	p.SetState(95)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 7, p.GetParserRuleContext())
	if p.HasError() {
		goto errorExit
	}
	for _alt != 2 && _alt != antlr.ATNInvalidAltNumber {
		if _alt == 1 {
			if p.GetParseListeners() != nil {
				p.TriggerExitRuleEvent()
			}
			_prevctx = localctx
			p.SetState(93)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}

			switch p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 6, p.GetParserRuleContext()) {
			case 1:
				localctx = NewComparisonContext(p, NewExpressionContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_expression)
				p.SetState(72)

				if !(p.Precpred(p.GetParserRuleContext(), 5)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 5)", ""))
					goto errorExit
				}
				{
					p.SetState(73)
					p.ComparisonOperator()
				}
				{
					p.SetState(74)
					p.expression(6)
				}

			case 2:
				localctx = NewConjunctionContext(p, NewExpressionContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_expression)
				p.SetState(76)

				if !(p.Precpred(p.GetParserRuleContext(), 2)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 2)", ""))
					goto errorExit
				}
				{
					p.SetState(77)
					p.Match(MillraceSQLParserAND)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(78)
					p.expression(3)
				}

			case 3:
				localctx = NewDisjunctionContext(p, NewExpressionContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_expression)
				p.SetState(79)

				if !(p.Precpred(p.GetParserRuleContext(), 1)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 1)", ""))
					goto errorExit
				}
				{
					p.SetState(80)
					p.Match(MillraceSQLParserOR)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(81)
					p.expression(2)
				}

			case 4:
				localctx = NewPredicateExpressionContext(p, NewExpressionContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_expression)
				p.SetState(82)

				if !(p.Precpred(p.GetParserRuleContext(), 6)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 6)", ""))
					goto errorExit
				}
				p.SetState(84)
				p.GetErrorHandler().Sync(p)
				if p.HasError() {
					goto errorExit
				}
				_la = p.GetTokenStream().LA(1)

				if _la == MillraceSQLParserNOT {
					{
						p.SetState(83)
						p.Match(MillraceSQLParserNOT)
						if p.HasError() {
							// Recognition error - abort rule
							goto errorExit
						}
					}

				}
				{
					p.SetState(86)
					p.Predicate()
				}

			case 5:
				localctx = NewIsTestContext(p, NewExpressionContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_expression)
				p.SetState(87)

				if !(p.Precpred(p.GetParserRuleContext(), 4)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 4)", ""))
					goto errorExit
				}
				{
					p.SetState(88)
					p.Match(MillraceSQLParserIS)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				p.SetState(90)
				p.GetErrorHandler().Sync(p)
				if p.HasError() {
					goto errorExit
				}
				_la = p.GetTokenStream().LA(1)

				if _la == MillraceSQLParserNOT {
					{
						p.SetState(89)
						p.Match(MillraceSQLParserNOT)
						if p.HasError() {
							// Recognition error - abort rule
							goto errorExit
						}
					}

				}
				{
					p.SetState(92)
					p.Truth()
				}

			case antlr.ATNInvalidAltNumber:
				goto errorExit
			}

		}
		p.SetState(97)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 7, p.GetParserRuleContext())
		if p.HasError() {
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.UnrollRecursionContexts(_parentctx)
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IPredicateContext is an interface to support dynamic dispatch.
type IPredicateContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsPredicateContext differentiates from other interfaces.
	IsPredicateContext()
}

type PredicateContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyPredicateContext() *PredicateContext {
	var p = new(PredicateContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_predicate
	return p
}

func InitEmptyPredicateContext(p *PredicateContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_predicate
}

func (*PredicateContext) IsPredicateContext() {}

func NewPredicateContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *PredicateContext {
	var p = new(PredicateContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_predicate

	return p
}

func (s *PredicateContext) GetParser() antlr.Parser { return s.parser }

func (s *PredicateContext) CopyAll(ctx *PredicateContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *PredicateContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PredicateContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type LikeContext struct {
	PredicateContext
	pattern IValueContext
	escape  IValueContext
}

func NewLikeContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *LikeContext {
	var p = new(LikeContext)

	InitEmptyPredicateContext(&p.PredicateContext)
	p.parser = parser
	p.CopyAll(ctx.(*PredicateContext))

	return p
}

func (s *LikeContext) GetPattern() IValueContext { return s.pattern }

func (s *LikeContext) GetEscape() IValueContext { return s.escape }

func (s *LikeContext) SetPattern(v IValueContext) { s.pattern = v }

func (s *LikeContext) SetEscape(v IValueContext) { s.escape = v }

func (s *LikeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *LikeContext) LIKE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLIKE, 0)
}

func (s *LikeContext) AllValue() []IValueContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IValueContext); ok {
			len++
		}
	}

	tst := make([]IValueContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IValueContext); ok {
			tst[i] = t.(IValueContext)
			i++
		}
	}

	return tst
}

func (s *LikeContext) Value(i int) IValueContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (s *LikeContext) ESCAPE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserESCAPE, 0)
}

type InListContext struct {
	PredicateContext
}

func NewInListContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *InListContext {
	var p = new(InListContext)

	InitEmptyPredicateContext(&p.PredicateContext)
	p.parser = parser
	p.CopyAll(ctx.(*PredicateContext))

	return p
}

func (s *InListContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *InListContext) IN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIN, 0)
}

func (s *InListContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *InListContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *InListContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *InListContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *InListContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *InListContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

type BetweenContext struct {
	PredicateContext
	lo IValueContext
	hi IValueContext
}

func NewBetweenContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *BetweenContext {
	var p = new(BetweenContext)

	InitEmptyPredicateContext(&p.PredicateContext)
	p.parser = parser
	p.CopyAll(ctx.(*PredicateContext))

	return p
}

func (s *BetweenContext) GetLo() IValueContext { return s.lo }

func (s *BetweenContext) GetHi() IValueContext { return s.hi }

func (s *BetweenContext) SetLo(v IValueContext) { s.lo = v }

func (s *BetweenContext) SetHi(v IValueContext) { s.hi = v }

func (s *BetweenContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *BetweenContext) BETWEEN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserBETWEEN, 0)
}

func (s *BetweenContext) AND() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserAND, 0)
}

func (s *BetweenContext) AllValue() []IValueContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IValueContext); ok {
			len++
		}
	}

	tst := make([]IValueContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IValueContext); ok {
			tst[i] = t.(IValueContext)
			i++
		}
	}

	return tst
}

func (s *BetweenContext) Value(i int) IValueContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (p *MillraceSQLParser) Predicate() (localctx IPredicateContext) {
	localctx = NewPredicateContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 8, MillraceSQLParserRULE_predicate)
	var _la int

	p.SetState(121)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserBETWEEN:
		localctx = NewBetweenContext(p, localctx)
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(98)
			p.Match(MillraceSQLParserBETWEEN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(99)

			var _x = p.value(0)

			localctx.(*BetweenContext).lo = _x
		}
		{
			p.SetState(100)
			p.Match(MillraceSQLParserAND)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(101)

			var _x = p.value(0)

			localctx.(*BetweenContext).hi = _x
		}

	case MillraceSQLParserIN:
		localctx = NewInListContext(p, localctx)
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(103)
			p.Match(MillraceSQLParserIN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(104)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(105)
			p.expression(0)
		}
		p.SetState(110)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for _la == MillraceSQLParserCOMMA {
			{
				p.SetState(106)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(107)
				p.expression(0)
			}

			p.SetState(112)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}
		{
			p.SetState(113)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserLIKE:
		localctx = NewLikeContext(p, localctx)
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(115)
			p.Match(MillraceSQLParserLIKE)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(116)

			var _x = p.value(0)

			localctx.(*LikeContext).pattern = _x
		}
		p.SetState(119)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 9, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(117)
				p.Match(MillraceSQLParserESCAPE)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(118)

				var _x = p.value(0)

				localctx.(*LikeContext).escape = _x
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IComparisonOperatorContext is an interface to support dynamic dispatch.
type IComparisonOperatorContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	EQ() antlr.TerminalNode
	NE() antlr.TerminalNode
	LT() antlr.TerminalNode
	LE() antlr.TerminalNode
	GT() antlr.TerminalNode
	GE() antlr.TerminalNode
	IS() antlr.TerminalNode
	DISTINCT() antlr.TerminalNode
	FROM() antlr.TerminalNode
	NOT() antlr.TerminalNode

	// IsComparisonOperatorContext differentiates from other interfaces.
	IsComparisonOperatorContext()
}

type ComparisonOperatorContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyComparisonOperatorContext() *ComparisonOperatorContext {
	var p = new(ComparisonOperatorContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_comparisonOperator
	return p
}

func InitEmptyComparisonOperatorContext(p *ComparisonOperatorContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_comparisonOperator
}

func (*ComparisonOperatorContext) IsComparisonOperatorContext() {}

func NewComparisonOperatorContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ComparisonOperatorContext {
	var p = new(ComparisonOperatorContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_comparisonOperator

	return p
}

func (s *ComparisonOperatorContext) GetParser() antlr.Parser { return s.parser }

func (s *ComparisonOperatorContext) EQ() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserEQ, 0)
}

func (s *ComparisonOperatorContext) NE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNE, 0)
}

func (s *ComparisonOperatorContext) LT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLT, 0)
}

func (s *ComparisonOperatorContext) LE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLE, 0)
}

func (s *ComparisonOperatorContext) GT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserGT, 0)
}

func (s *ComparisonOperatorContext) GE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserGE, 0)
}

func (s *ComparisonOperatorContext) IS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIS, 0)
}

func (s *ComparisonOperatorContext) DISTINCT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserDISTINCT, 0)
}

func (s *ComparisonOperatorContext) FROM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFROM, 0)
}

func (s *ComparisonOperatorContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

func (s *ComparisonOperatorContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ComparisonOperatorContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) ComparisonOperator() (localctx IComparisonOperatorContext) {
	localctx = NewComparisonOperatorContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 10, MillraceSQLParserRULE_comparisonOperator)
	var _la int

	p.SetState(135)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserEQ:
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(123)
			p.Match(MillraceSQLParserEQ)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserNE:
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(124)
			p.Match(MillraceSQLParserNE)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserLT:
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(125)
			p.Match(MillraceSQLParserLT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserLE:
		p.EnterOuterAlt(localctx, 4)
		{
			p.SetState(126)
			p.Match(MillraceSQLParserLE)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserGT:
		p.EnterOuterAlt(localctx, 5)
		{
			p.SetState(127)
			p.Match(MillraceSQLParserGT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserGE:
		p.EnterOuterAlt(localctx, 6)
		{
			p.SetState(128)
			p.Match(MillraceSQLParserGE)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserIS:
		p.EnterOuterAlt(localctx, 7)
		{
			p.SetState(129)
			p.Match(MillraceSQLParserIS)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(131)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserNOT {
			{
				p.SetState(130)
				p.Match(MillraceSQLParserNOT)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		}
		{
			p.SetState(133)
			p.Match(MillraceSQLParserDISTINCT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(134)
			p.Match(MillraceSQLParserFROM)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ITruthContext is an interface to support dynamic dispatch.
type ITruthContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	NULL() antlr.TerminalNode
	TRUE() antlr.TerminalNode
	FALSE() antlr.TerminalNode
	UNKNOWN() antlr.TerminalNode

	// IsTruthContext differentiates from other interfaces.
	IsTruthContext()
}

type TruthContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyTruthContext() *TruthContext {
	var p = new(TruthContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_truth
	return p
}

func InitEmptyTruthContext(p *TruthContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_truth
}

func (*TruthContext) IsTruthContext() {}

func NewTruthContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *TruthContext {
	var p = new(TruthContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_truth

	return p
}

func (s *TruthContext) GetParser() antlr.Parser { return s.parser }

func (s *TruthContext) NULL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNULL, 0)
}

func (s *TruthContext) TRUE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRUE, 0)
}

func (s *TruthContext) FALSE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFALSE, 0)
}

func (s *TruthContext) UNKNOWN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserUNKNOWN, 0)
}

func (s *TruthContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TruthContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) Truth() (localctx ITruthContext) {
	localctx = NewTruthContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 12, MillraceSQLParserRULE_truth)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(137)
		_la = p.GetTokenStream().LA(1)

		if !((int64((_la-16)) & ^0x3f) == 0 && ((int64(1)<<(_la-16))&144115188075890689) != 0) {
			p.GetErrorHandler().RecoverInline(p)
		} else {
			p.GetErrorHandler().ReportMatch(p)
			p.Consume()
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IValueContext is an interface to support dynamic dispatch.
type IValueContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsValueContext differentiates from other interfaces.
	IsValueContext()
}

type ValueContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyValueContext() *ValueContext {
	var p = new(ValueContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_value
	return p
}

func InitEmptyValueContext(p *ValueContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_value
}

func (*ValueContext) IsValueContext() {}

func NewValueContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ValueContext {
	var p = new(ValueContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_value

	return p
}

func (s *ValueContext) GetParser() antlr.Parser { return s.parser }

func (s *ValueContext) CopyAll(ctx *ValueContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *ValueContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ValueContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type PrimaryValueContext struct {
	ValueContext
}

func NewPrimaryValueContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *PrimaryValueContext {
	var p = new(PrimaryValueContext)

	InitEmptyValueContext(&p.ValueContext)
	p.parser = parser
	p.CopyAll(ctx.(*ValueContext))

	return p
}

func (s *PrimaryValueContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PrimaryValueContext) Primary() IPrimaryContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IPrimaryContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IPrimaryContext)
}

type SignedContext struct {
	ValueContext
	op antlr.Token
}

func NewSignedContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *SignedContext {
	var p = new(SignedContext)

	InitEmptyValueContext(&p.ValueContext)
	p.parser = parser
	p.CopyAll(ctx.(*ValueContext))

	return p
}

func (s *SignedContext) GetOp() antlr.Token { return s.op }

func (s *SignedContext) SetOp(v antlr.Token) { s.op = v }

func (s *SignedContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SignedContext) Value() IValueContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (s *SignedContext) PLUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPLUS, 0)
}

func (s *SignedContext) MINUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMINUS, 0)
}

type ArithmeticContext struct {
	ValueContext
	op antlr.Token
}

func NewArithmeticContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ArithmeticContext {
	var p = new(ArithmeticContext)

	InitEmptyValueContext(&p.ValueContext)
	p.parser = parser
	p.CopyAll(ctx.(*ValueContext))

	return p
}

func (s *ArithmeticContext) GetOp() antlr.Token { return s.op }

func (s *ArithmeticContext) SetOp(v antlr.Token) { s.op = v }

func (s *ArithmeticContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ArithmeticContext) AllValue() []IValueContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IValueContext); ok {
			len++
		}
	}

	tst := make([]IValueContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IValueContext); ok {
			tst[i] = t.(IValueContext)
			i++
		}
	}

	return tst
}

func (s *ArithmeticContext) Value(i int) IValueContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (s *ArithmeticContext) STAR() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTAR, 0)
}

func (s *ArithmeticContext) SLASH() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSLASH, 0)
}

func (s *ArithmeticContext) PERCENT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPERCENT, 0)
}

func (s *ArithmeticContext) CONCAT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCONCAT, 0)
}

func (s *ArithmeticContext) PLUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPLUS, 0)
}

func (s *ArithmeticContext) MINUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMINUS, 0)
}

func (p *MillraceSQLParser) Value() (localctx IValueContext) {
	return p.value(0)
}

func (p *MillraceSQLParser) value(_p int) (localctx IValueContext) {
	var _parentctx antlr.ParserRuleContext = p.GetParserRuleContext()

	_parentState := p.GetState()
	localctx = NewValueContext(p, p.GetParserRuleContext(), _parentState)
	var _prevctx IValueContext = localctx
	var _ antlr.ParserRuleContext = _prevctx // TODO: To prevent unused variable warning.
	_startState := 14
	p.EnterRecursionRule(localctx, 14, MillraceSQLParserRULE_value, _p)
	var _la int

	var _alt int

	p.EnterOuterAlt(localctx, 1)
	p.SetState(143)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF, MillraceSQLParserCASE, MillraceSQLParserCAST, MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserFALSE, MillraceSQLParserINTERVAL, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP, MillraceSQLParserNULL, MillraceSQLParserTRUE, MillraceSQLParserTRY_CAST, MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserLPAREN, MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT, MillraceSQLParserSTRING, MillraceSQLParserBYTES, MillraceSQLParserPARAM, MillraceSQLParserIDENTIFIER, MillraceSQLParserQUOTED_IDENTIFIER:
		localctx = NewPrimaryValueContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx

		{
			p.SetState(140)
			p.primary(0)
		}

	case MillraceSQLParserPLUS, MillraceSQLParserMINUS:
		localctx = NewSignedContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(141)

			var _lt = p.GetTokenStream().LT(1)

			localctx.(*SignedContext).op = _lt

			_la = p.GetTokenStream().LA(1)

			if !(_la == MillraceSQLParserPLUS || _la == MillraceSQLParserMINUS) {
				var _ri = p.GetErrorHandler().RecoverInline(p)

				localctx.(*SignedContext).op = _ri
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}
		{
			p.SetState(142)
			p.value(3)
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}
	p.GetParserRuleContext().SetStop(p.GetTokenStream().LT(-1))
	p.SetState(153)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 15, p.GetParserRuleContext())
	if p.HasError() {
		goto errorExit
	}
	for _alt != 2 && _alt != antlr.ATNInvalidAltNumber {
		if _alt == 1 {
			if p.GetParseListeners() != nil {
				p.TriggerExitRuleEvent()
			}
			_prevctx = localctx
			p.SetState(151)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}

			switch p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 14, p.GetParserRuleContext()) {
			case 1:
				localctx = NewArithmeticContext(p, NewValueContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_value)
				p.SetState(145)

				if !(p.Precpred(p.GetParserRuleContext(), 2)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 2)", ""))
					goto errorExit
				}
				{
					p.SetState(146)

					var _lt = p.GetTokenStream().LT(1)

					localctx.(*ArithmeticContext).op = _lt

					_la = p.GetTokenStream().LA(1)

					if !((int64((_la-82)) & ^0x3f) == 0 && ((int64(1)<<(_la-82))&57) != 0) {
						var _ri = p.GetErrorHandler().RecoverInline(p)

						localctx.(*ArithmeticContext).op = _ri
					} else {
						p.GetErrorHandler().ReportMatch(p)
						p.Consume()
					}
				}
				{
					p.SetState(147)
					p.value(3)
				}

			case 2:
				localctx = NewArithmeticContext(p, NewValueContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_value)
				p.SetState(148)

				if !(p.Precpred(p.GetParserRuleContext(), 1)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 1)", ""))
					goto errorExit
				}
				{
					p.SetState(149)

					var _lt = p.GetTokenStream().LT(1)

					localctx.(*ArithmeticContext).op = _lt

					_la = p.GetTokenStream().LA(1)

					if !(_la == MillraceSQLParserPLUS || _la == MillraceSQLParserMINUS) {
						var _ri = p.GetErrorHandler().RecoverInline(p)

						localctx.(*ArithmeticContext).op = _ri
					} else {
						p.GetErrorHandler().ReportMatch(p)
						p.Consume()
					}
				}
				{
					p.SetState(150)
					p.value(2)
				}

			case antlr.ATNInvalidAltNumber:
				goto errorExit
			}

		}
		p.SetState(155)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 15, p.GetParserRuleContext())
		if p.HasError() {
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.UnrollRecursionContexts(_parentctx)
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IPrimaryContext is an interface to support dynamic dispatch.
type IPrimaryContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsPrimaryContext differentiates from other interfaces.
	IsPrimaryContext()
}

type PrimaryContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyPrimaryContext() *PrimaryContext {
	var p = new(PrimaryContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_primary
	return p
}

func InitEmptyPrimaryContext(p *PrimaryContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_primary
}

func (*PrimaryContext) IsPrimaryContext() {}

func NewPrimaryContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *PrimaryContext {
	var p = new(PrimaryContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_primary

	return p
}

func (s *PrimaryContext) GetParser() antlr.Parser { return s.parser }

func (s *PrimaryContext) CopyAll(ctx *PrimaryContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *PrimaryContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PrimaryContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type ParenthesesContext struct {
	PrimaryContext
}

func NewParenthesesContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ParenthesesContext {
	var p = new(ParenthesesContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *ParenthesesContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ParenthesesContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *ParenthesesContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ParenthesesContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

type CastContext struct {
	PrimaryContext
}

func NewCastContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *CastContext {
	var p = new(CastContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *CastContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *CastContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *CastContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *CastContext) AS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserAS, 0)
}

func (s *CastContext) DataType() IDataTypeContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IDataTypeContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IDataTypeContext)
}

func (s *CastContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *CastContext) CAST() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCAST, 0)
}

func (s *CastContext) TRY_CAST() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRY_CAST, 0)
}

type ParamContext struct {
	PrimaryContext
}

func NewParamContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ParamContext {
	var p = new(ParamContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *ParamContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ParamContext) PARAM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPARAM, 0)
}

type ConstantPrimaryContext struct {
	PrimaryContext
}

func NewConstantPrimaryContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ConstantPrimaryContext {
	var p = new(ConstantPrimaryContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *ConstantPrimaryContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ConstantPrimaryContext) Constant() IConstantContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IConstantContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IConstantContext)
}

type ColumnContext struct {
	PrimaryContext
}

func NewColumnContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ColumnContext {
	var p = new(ColumnContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *ColumnContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ColumnContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

type MemberContext struct {
	PrimaryContext
}

func NewMemberContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *MemberContext {
	var p = new(MemberContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *MemberContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *MemberContext) Primary() IPrimaryContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IPrimaryContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IPrimaryContext)
}

func (s *MemberContext) DOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserDOT, 0)
}

func (s *MemberContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

type IndexContext struct {
	PrimaryContext
}

func NewIndexContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *IndexContext {
	var p = new(IndexContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *IndexContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *IndexContext) Primary() IPrimaryContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IPrimaryContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IPrimaryContext)
}

func (s *IndexContext) LBRACKET() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLBRACKET, 0)
}

func (s *IndexContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *IndexContext) RBRACKET() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRBRACKET, 0)
}

type CallPrimaryContext struct {
	PrimaryContext
}

func NewCallPrimaryContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *CallPrimaryContext {
	var p = new(CallPrimaryContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *CallPrimaryContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *CallPrimaryContext) Call() ICallContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ICallContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ICallContext)
}

type CaseContext struct {
	PrimaryContext
	operand   IExpressionContext
	otherwise IExpressionContext
}

func NewCaseContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *CaseContext {
	var p = new(CaseContext)

	InitEmptyPrimaryContext(&p.PrimaryContext)
	p.parser = parser
	p.CopyAll(ctx.(*PrimaryContext))

	return p
}

func (s *CaseContext) GetOperand() IExpressionContext { return s.operand }

func (s *CaseContext) GetOtherwise() IExpressionContext { return s.otherwise }

func (s *CaseContext) SetOperand(v IExpressionContext) { s.operand = v }

func (s *CaseContext) SetOtherwise(v IExpressionContext) { s.otherwise = v }

func (s *CaseContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *CaseContext) CASE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCASE, 0)
}

func (s *CaseContext) END() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserEND, 0)
}

func (s *CaseContext) AllWhen() []IWhenContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IWhenContext); ok {
			len++
		}
	}

	tst := make([]IWhenContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IWhenContext); ok {
			tst[i] = t.(IWhenContext)
			i++
		}
	}

	return tst
}

func (s *CaseContext) When(i int) IWhenContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IWhenContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IWhenContext)
}

func (s *CaseContext) ELSE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserELSE, 0)
}

func (s *CaseContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *CaseContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (p *MillraceSQLParser) Primary() (localctx IPrimaryContext) {
	return p.primary(0)
}

func (p *MillraceSQLParser) primary(_p int) (localctx IPrimaryContext) {
	var _parentctx antlr.ParserRuleContext = p.GetParserRuleContext()

	_parentState := p.GetState()
	localctx = NewPrimaryContext(p, p.GetParserRuleContext(), _parentState)
	var _prevctx IPrimaryContext = localctx
	var _ antlr.ParserRuleContext = _prevctx // TODO: To prevent unused variable warning.
	_startState := 16
	p.EnterRecursionRule(localctx, 16, MillraceSQLParserRULE_primary, _p)
	var _la int

	var _alt int

	p.EnterOuterAlt(localctx, 1)
	p.SetState(187)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 19, p.GetParserRuleContext()) {
	case 1:
		localctx = NewParenthesesContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx

		{
			p.SetState(157)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(158)
			p.expression(0)
		}
		{
			p.SetState(159)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 2:
		localctx = NewColumnContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(161)
			p.Identifier()
		}

	case 3:
		localctx = NewCallPrimaryContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(162)
			p.Call()
		}

	case 4:
		localctx = NewConstantPrimaryContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(163)
			p.Constant()
		}

	case 5:
		localctx = NewParamContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(164)
			p.Match(MillraceSQLParserPARAM)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 6:
		localctx = NewCaseContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(165)
			p.Match(MillraceSQLParserCASE)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(167)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if ((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&-1150634513725845626) != 0) || ((int64((_la-64)) & ^0x3f) == 0 && ((int64(1)<<(_la-64))&547626684415) != 0) {
			{
				p.SetState(166)

				var _x = p.expression(0)

				localctx.(*CaseContext).operand = _x
			}

		}
		p.SetState(170)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for ok := true; ok; ok = _la == MillraceSQLParserWHEN {
			{
				p.SetState(169)
				p.When()
			}

			p.SetState(172)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}
		p.SetState(176)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserELSE {
			{
				p.SetState(174)
				p.Match(MillraceSQLParserELSE)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(175)

				var _x = p.expression(0)

				localctx.(*CaseContext).otherwise = _x
			}

		}
		{
			p.SetState(178)
			p.Match(MillraceSQLParserEND)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 7:
		localctx = NewCastContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(180)
			_la = p.GetTokenStream().LA(1)

			if !(_la == MillraceSQLParserCAST || _la == MillraceSQLParserTRY_CAST) {
				p.GetErrorHandler().RecoverInline(p)
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}
		{
			p.SetState(181)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(182)
			p.expression(0)
		}
		{
			p.SetState(183)
			p.Match(MillraceSQLParserAS)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(184)
			p.dataType(0)
		}
		{
			p.SetState(185)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case antlr.ATNInvalidAltNumber:
		goto errorExit
	}
	p.GetParserRuleContext().SetStop(p.GetTokenStream().LT(-1))
	p.SetState(199)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 21, p.GetParserRuleContext())
	if p.HasError() {
		goto errorExit
	}
	for _alt != 2 && _alt != antlr.ATNInvalidAltNumber {
		if _alt == 1 {
			if p.GetParseListeners() != nil {
				p.TriggerExitRuleEvent()
			}
			_prevctx = localctx
			p.SetState(197)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}

			switch p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 20, p.GetParserRuleContext()) {
			case 1:
				localctx = NewIndexContext(p, NewPrimaryContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_primary)
				p.SetState(189)

				if !(p.Precpred(p.GetParserRuleContext(), 9)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 9)", ""))
					goto errorExit
				}
				{
					p.SetState(190)
					p.Match(MillraceSQLParserLBRACKET)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(191)
					p.expression(0)
				}
				{
					p.SetState(192)
					p.Match(MillraceSQLParserRBRACKET)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}

			case 2:
				localctx = NewMemberContext(p, NewPrimaryContext(p, _parentctx, _parentState))
				p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_primary)
				p.SetState(194)

				if !(p.Precpred(p.GetParserRuleContext(), 8)) {
					p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 8)", ""))
					goto errorExit
				}
				{
					p.SetState(195)
					p.Match(MillraceSQLParserDOT)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(196)
					p.Identifier()
				}

			case antlr.ATNInvalidAltNumber:
				goto errorExit
			}

		}
		p.SetState(201)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 21, p.GetParserRuleContext())
		if p.HasError() {
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.UnrollRecursionContexts(_parentctx)
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IWhenContext is an interface to support dynamic dispatch.
type IWhenContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// GetCondition returns the condition rule contexts.
	GetCondition() IExpressionContext

	// GetResult returns the result rule contexts.
	GetResult() IExpressionContext

	// SetCondition sets the condition rule contexts.
	SetCondition(IExpressionContext)

	// SetResult sets the result rule contexts.
	SetResult(IExpressionContext)

	// Getter signatures
	WHEN() antlr.TerminalNode
	THEN() antlr.TerminalNode
	AllExpression() []IExpressionContext
	Expression(i int) IExpressionContext

	// IsWhenContext differentiates from other interfaces.
	IsWhenContext()
}

type WhenContext struct {
	antlr.BaseParserRuleContext
	parser    antlr.Parser
	condition IExpressionContext
	result    IExpressionContext
}

func NewEmptyWhenContext() *WhenContext {
	var p = new(WhenContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_when
	return p
}

func InitEmptyWhenContext(p *WhenContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_when
}

func (*WhenContext) IsWhenContext() {}

func NewWhenContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *WhenContext {
	var p = new(WhenContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_when

	return p
}

func (s *WhenContext) GetParser() antlr.Parser { return s.parser }

func (s *WhenContext) GetCondition() IExpressionContext { return s.condition }

func (s *WhenContext) GetResult() IExpressionContext { return s.result }

func (s *WhenContext) SetCondition(v IExpressionContext) { s.condition = v }

func (s *WhenContext) SetResult(v IExpressionContext) { s.result = v }

func (s *WhenContext) WHEN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWHEN, 0)
}

func (s *WhenContext) THEN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTHEN, 0)
}

func (s *WhenContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *WhenContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *WhenContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *WhenContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) When() (localctx IWhenContext) {
	localctx = NewWhenContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 18, MillraceSQLParserRULE_when)
	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(202)
		p.Match(MillraceSQLParserWHEN)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(203)

		var _x = p.expression(0)

		localctx.(*WhenContext).condition = _x
	}
	{
		p.SetState(204)
		p.Match(MillraceSQLParserTHEN)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(205)

		var _x = p.expression(0)

		localctx.(*WhenContext).result = _x
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IConstantContext is an interface to support dynamic dispatch.
type IConstantContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsConstantContext differentiates from other interfaces.
	IsConstantContext()
}

type ConstantContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyConstantContext() *ConstantContext {
	var p = new(ConstantContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_constant
	return p
}

func InitEmptyConstantContext(p *ConstantContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_constant
}

func (*ConstantContext) IsConstantContext() {}

func NewConstantContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ConstantContext {
	var p = new(ConstantContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_constant

	return p
}

func (s *ConstantContext) GetParser() antlr.Parser { return s.parser }

func (s *ConstantContext) CopyAll(ctx *ConstantContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *ConstantContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ConstantContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type NumberContext struct {
	ConstantContext
}

func NewNumberContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *NumberContext {
	var p = new(NumberContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *NumberContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *NumberContext) INTEGER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserINTEGER, 0)
}

func (s *NumberContext) DECIMAL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserDECIMAL, 0)
}

func (s *NumberContext) FLOAT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFLOAT, 0)
}

type TypedContext struct {
	ConstantContext
}

func NewTypedContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *TypedContext {
	var p = new(TypedContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *TypedContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TypedContext) IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIDENTIFIER, 0)
}

func (s *TypedContext) STRING() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTRING, 0)
}

type BooleanContext struct {
	ConstantContext
}

func NewBooleanContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *BooleanContext {
	var p = new(BooleanContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *BooleanContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *BooleanContext) TRUE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRUE, 0)
}

func (s *BooleanContext) FALSE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFALSE, 0)
}

type NullContext struct {
	ConstantContext
}

func NewNullContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *NullContext {
	var p = new(NullContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *NullContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *NullContext) NULL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNULL, 0)
}

type StringContext struct {
	ConstantContext
}

func NewStringContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *StringContext {
	var p = new(StringContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *StringContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *StringContext) STRING() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTRING, 0)
}

type BytesContext struct {
	ConstantContext
}

func NewBytesContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *BytesContext {
	var p = new(BytesContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *BytesContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *BytesContext) BYTES() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserBYTES, 0)
}

type IntervalContext struct {
	ConstantContext
	sign antlr.Token
	from IUnitContext
	to   IUnitContext
}

func NewIntervalContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *IntervalContext {
	var p = new(IntervalContext)

	InitEmptyConstantContext(&p.ConstantContext)
	p.parser = parser
	p.CopyAll(ctx.(*ConstantContext))

	return p
}

func (s *IntervalContext) GetSign() antlr.Token { return s.sign }

func (s *IntervalContext) SetSign(v antlr.Token) { s.sign = v }

func (s *IntervalContext) GetFrom() IUnitContext { return s.from }

func (s *IntervalContext) GetTo() IUnitContext { return s.to }

func (s *IntervalContext) SetFrom(v IUnitContext) { s.from = v }

func (s *IntervalContext) SetTo(v IUnitContext) { s.to = v }

func (s *IntervalContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *IntervalContext) INTERVAL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserINTERVAL, 0)
}

func (s *IntervalContext) STRING() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTRING, 0)
}

func (s *IntervalContext) AllUnit() []IUnitContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IUnitContext); ok {
			len++
		}
	}

	tst := make([]IUnitContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IUnitContext); ok {
			tst[i] = t.(IUnitContext)
			i++
		}
	}

	return tst
}

func (s *IntervalContext) Unit(i int) IUnitContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IUnitContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IUnitContext)
}

func (s *IntervalContext) TO() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTO, 0)
}

func (s *IntervalContext) PLUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPLUS, 0)
}

func (s *IntervalContext) MINUS() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMINUS, 0)
}

func (p *MillraceSQLParser) Constant() (localctx IConstantContext) {
	localctx = NewConstantContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 20, MillraceSQLParserRULE_constant)
	var _la int

	p.SetState(224)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserNULL:
		localctx = NewNullContext(p, localctx)
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(207)
			p.Match(MillraceSQLParserNULL)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserFALSE, MillraceSQLParserTRUE:
		localctx = NewBooleanContext(p, localctx)
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(208)
			_la = p.GetTokenStream().LA(1)

			if !(_la == MillraceSQLParserFALSE || _la == MillraceSQLParserTRUE) {
				p.GetErrorHandler().RecoverInline(p)
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}

	case MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT:
		localctx = NewNumberContext(p, localctx)
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(209)
			_la = p.GetTokenStream().LA(1)

			if !((int64((_la-95)) & ^0x3f) == 0 && ((int64(1)<<(_la-95))&7) != 0) {
				p.GetErrorHandler().RecoverInline(p)
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}

	case MillraceSQLParserSTRING:
		localctx = NewStringContext(p, localctx)
		p.EnterOuterAlt(localctx, 4)
		{
			p.SetState(210)
			p.Match(MillraceSQLParserSTRING)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserBYTES:
		localctx = NewBytesContext(p, localctx)
		p.EnterOuterAlt(localctx, 5)
		{
			p.SetState(211)
			p.Match(MillraceSQLParserBYTES)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserIDENTIFIER:
		localctx = NewTypedContext(p, localctx)
		p.EnterOuterAlt(localctx, 6)
		{
			p.SetState(212)
			p.Match(MillraceSQLParserIDENTIFIER)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(213)
			p.Match(MillraceSQLParserSTRING)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserINTERVAL:
		localctx = NewIntervalContext(p, localctx)
		p.EnterOuterAlt(localctx, 7)
		{
			p.SetState(214)
			p.Match(MillraceSQLParserINTERVAL)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(216)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserPLUS || _la == MillraceSQLParserMINUS {
			{
				p.SetState(215)

				var _lt = p.GetTokenStream().LT(1)

				localctx.(*IntervalContext).sign = _lt

				_la = p.GetTokenStream().LA(1)

				if !(_la == MillraceSQLParserPLUS || _la == MillraceSQLParserMINUS) {
					var _ri = p.GetErrorHandler().RecoverInline(p)

					localctx.(*IntervalContext).sign = _ri
				} else {
					p.GetErrorHandler().ReportMatch(p)
					p.Consume()
				}
			}

		}
		{
			p.SetState(218)
			p.Match(MillraceSQLParserSTRING)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(219)

			var _x = p.Unit()

			localctx.(*IntervalContext).from = _x
		}
		p.SetState(222)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 23, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(220)
				p.Match(MillraceSQLParserTO)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(221)

				var _x = p.Unit()

				localctx.(*IntervalContext).to = _x
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IUnitContext is an interface to support dynamic dispatch.
type IUnitContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	Identifier() IIdentifierContext
	LPAREN() antlr.TerminalNode
	AllINTEGER() []antlr.TerminalNode
	INTEGER(i int) antlr.TerminalNode
	RPAREN() antlr.TerminalNode
	COMMA() antlr.TerminalNode

	// IsUnitContext differentiates from other interfaces.
	IsUnitContext()
}

type UnitContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyUnitContext() *UnitContext {
	var p = new(UnitContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_unit
	return p
}

func InitEmptyUnitContext(p *UnitContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_unit
}

func (*UnitContext) IsUnitContext() {}

func NewUnitContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *UnitContext {
	var p = new(UnitContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_unit

	return p
}

func (s *UnitContext) GetParser() antlr.Parser { return s.parser }

func (s *UnitContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

func (s *UnitContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *UnitContext) AllINTEGER() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserINTEGER)
}

func (s *UnitContext) INTEGER(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserINTEGER, i)
}

func (s *UnitContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *UnitContext) COMMA() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, 0)
}

func (s *UnitContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *UnitContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) Unit() (localctx IUnitContext) {
	localctx = NewUnitContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 22, MillraceSQLParserRULE_unit)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(226)
		p.Identifier()
	}
	p.SetState(234)
	p.GetErrorHandler().Sync(p)

	if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 26, p.GetParserRuleContext()) == 1 {
		{
			p.SetState(227)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(228)
			p.Match(MillraceSQLParserINTEGER)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(231)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserCOMMA {
			{
				p.SetState(229)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(230)
				p.Match(MillraceSQLParserINTEGER)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		}
		{
			p.SetState(233)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	} else if p.HasError() { // JIM
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ICallContext is an interface to support dynamic dispatch.
type ICallContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsCallContext differentiates from other interfaces.
	IsCallContext()
}

type CallContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyCallContext() *CallContext {
	var p = new(CallContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_call
	return p
}

func InitEmptyCallContext(p *CallContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_call
}

func (*CallContext) IsCallContext() {}

func NewCallContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *CallContext {
	var p = new(CallContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_call

	return p
}

func (s *CallContext) GetParser() antlr.Parser { return s.parser }

func (s *CallContext) CopyAll(ctx *CallContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *CallContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *CallContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type TrimContext struct {
	CallContext
	side       antlr.Token
	characters IValueContext
	source     IValueContext
}

func NewTrimContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *TrimContext {
	var p = new(TrimContext)

	InitEmptyCallContext(&p.CallContext)
	p.parser = parser
	p.CopyAll(ctx.(*CallContext))

	return p
}

func (s *TrimContext) GetSide() antlr.Token { return s.side }

func (s *TrimContext) SetSide(v antlr.Token) { s.side = v }

func (s *TrimContext) GetCharacters() IValueContext { return s.characters }

func (s *TrimContext) GetSource() IValueContext { return s.source }

func (s *TrimContext) SetCharacters(v IValueContext) { s.characters = v }

func (s *TrimContext) SetSource(v IValueContext) { s.source = v }

func (s *TrimContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TrimContext) TRIM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRIM, 0)
}

func (s *TrimContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *TrimContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *TrimContext) FROM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFROM, 0)
}

func (s *TrimContext) TrimArguments() ITrimArgumentsContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ITrimArgumentsContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ITrimArgumentsContext)
}

func (s *TrimContext) AllValue() []IValueContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IValueContext); ok {
			len++
		}
	}

	tst := make([]IValueContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IValueContext); ok {
			tst[i] = t.(IValueContext)
			i++
		}
	}

	return tst
}

func (s *TrimContext) Value(i int) IValueContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (s *TrimContext) BOTH() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserBOTH, 0)
}

func (s *TrimContext) LEADING() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLEADING, 0)
}

func (s *TrimContext) TRAILING() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRAILING, 0)
}

type BareCallContext struct {
	CallContext
}

func NewBareCallContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *BareCallContext {
	var p = new(BareCallContext)

	InitEmptyCallContext(&p.CallContext)
	p.parser = parser
	p.CopyAll(ctx.(*CallContext))

	return p
}

func (s *BareCallContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *BareCallContext) CURRENT_DATE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCURRENT_DATE, 0)
}

func (s *BareCallContext) CURRENT_TIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCURRENT_TIME, 0)
}

func (s *BareCallContext) CURRENT_TIMESTAMP() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCURRENT_TIMESTAMP, 0)
}

func (s *BareCallContext) LOCALTIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLOCALTIME, 0)
}

func (s *BareCallContext) LOCALTIMESTAMP() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLOCALTIMESTAMP, 0)
}

type PositionContext struct {
	CallContext
}

func NewPositionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *PositionContext {
	var p = new(PositionContext)

	InitEmptyCallContext(&p.CallContext)
	p.parser = parser
	p.CopyAll(ctx.(*CallContext))

	return p
}

func (s *PositionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PositionContext) POSITION() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPOSITION, 0)
}

func (s *PositionContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *PositionContext) AllValue() []IValueContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IValueContext); ok {
			len++
		}
	}

	tst := make([]IValueContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IValueContext); ok {
			tst[i] = t.(IValueContext)
			i++
		}
	}

	return tst
}

func (s *PositionContext) Value(i int) IValueContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IValueContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IValueContext)
}

func (s *PositionContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *PositionContext) IN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIN, 0)
}

func (s *PositionContext) COMMA() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, 0)
}

type CollectionContext struct {
	CallContext
	kind antlr.Token
}

func NewCollectionContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *CollectionContext {
	var p = new(CollectionContext)

	InitEmptyCallContext(&p.CallContext)
	p.parser = parser
	p.CopyAll(ctx.(*CallContext))

	return p
}

func (s *CollectionContext) GetKind() antlr.Token { return s.kind }

func (s *CollectionContext) SetKind(v antlr.Token) { s.kind = v }

func (s *CollectionContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *CollectionContext) LBRACKET() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLBRACKET, 0)
}

func (s *CollectionContext) RBRACKET() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRBRACKET, 0)
}

func (s *CollectionContext) ARRAY_OF() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserARRAY_OF, 0)
}

func (s *CollectionContext) MAP_OF() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMAP_OF, 0)
}

func (s *CollectionContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *CollectionContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *CollectionContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *CollectionContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

type PlainCallContext struct {
	CallContext
}

func NewPlainCallContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *PlainCallContext {
	var p = new(PlainCallContext)

	InitEmptyCallContext(&p.CallContext)
	p.parser = parser
	p.CopyAll(ctx.(*CallContext))

	return p
}

func (s *PlainCallContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *PlainCallContext) FunctionName() IFunctionNameContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IFunctionNameContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IFunctionNameContext)
}

func (s *PlainCallContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *PlainCallContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *PlainCallContext) Arguments() IArgumentsContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IArgumentsContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IArgumentsContext)
}

func (s *PlainCallContext) Filter() IFilterContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IFilterContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IFilterContext)
}

func (p *MillraceSQLParser) Call() (localctx ICallContext) {
	localctx = NewCallContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 24, MillraceSQLParserRULE_call)
	var _la int

	p.SetState(279)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserIDENTIFIER:
		localctx = NewPlainCallContext(p, localctx)
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(236)
			p.FunctionName()
		}
		{
			p.SetState(237)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(239)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if ((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&-1150634496545972346) != 0) || ((int64((_la-64)) & ^0x3f) == 0 && ((int64(1)<<(_la-64))&547628781567) != 0) {
			{
				p.SetState(238)
				p.Arguments()
			}

		}
		{
			p.SetState(241)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(243)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 28, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(242)
				p.Filter()
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}

	case MillraceSQLParserTRIM:
		localctx = NewTrimContext(p, localctx)
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(245)
			p.Match(MillraceSQLParserTRIM)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(246)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(254)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}

		switch p.GetTokenStream().LA(1) {
		case MillraceSQLParserBOTH, MillraceSQLParserLEADING, MillraceSQLParserTRAILING:
			{
				p.SetState(247)

				var _lt = p.GetTokenStream().LT(1)

				localctx.(*TrimContext).side = _lt

				_la = p.GetTokenStream().LA(1)

				if !((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&1077936192) != 0) {
					var _ri = p.GetErrorHandler().RecoverInline(p)

					localctx.(*TrimContext).side = _ri
				} else {
					p.GetErrorHandler().ReportMatch(p)
					p.Consume()
				}
			}
			p.SetState(249)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)

			if ((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&-1150634513792954490) != 0) || ((int64((_la-64)) & ^0x3f) == 0 && ((int64(1)<<(_la-64))&547626684415) != 0) {
				{
					p.SetState(248)

					var _x = p.value(0)

					localctx.(*TrimContext).characters = _x
				}

			}
			{
				p.SetState(251)
				p.Match(MillraceSQLParserFROM)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(252)

				var _x = p.value(0)

				localctx.(*TrimContext).source = _x
			}

		case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF, MillraceSQLParserCASE, MillraceSQLParserCAST, MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserFALSE, MillraceSQLParserINTERVAL, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP, MillraceSQLParserNOT, MillraceSQLParserNULL, MillraceSQLParserTRUE, MillraceSQLParserTRY_CAST, MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserPLUS, MillraceSQLParserMINUS, MillraceSQLParserLPAREN, MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT, MillraceSQLParserSTRING, MillraceSQLParserBYTES, MillraceSQLParserPARAM, MillraceSQLParserIDENTIFIER, MillraceSQLParserQUOTED_IDENTIFIER:
			{
				p.SetState(253)
				p.TrimArguments()
			}

		default:
			p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
			goto errorExit
		}
		{
			p.SetState(256)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserPOSITION:
		localctx = NewPositionContext(p, localctx)
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(258)
			p.Match(MillraceSQLParserPOSITION)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(259)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(260)
			p.value(0)
		}
		{
			p.SetState(261)
			_la = p.GetTokenStream().LA(1)

			if !(_la == MillraceSQLParserIN || _la == MillraceSQLParserCOMMA) {
				p.GetErrorHandler().RecoverInline(p)
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}
		{
			p.SetState(262)
			p.value(0)
		}
		{
			p.SetState(263)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF:
		localctx = NewCollectionContext(p, localctx)
		p.EnterOuterAlt(localctx, 4)
		{
			p.SetState(265)

			var _lt = p.GetTokenStream().LT(1)

			localctx.(*CollectionContext).kind = _lt

			_la = p.GetTokenStream().LA(1)

			if !(_la == MillraceSQLParserARRAY_OF || _la == MillraceSQLParserMAP_OF) {
				var _ri = p.GetErrorHandler().RecoverInline(p)

				localctx.(*CollectionContext).kind = _ri
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}
		{
			p.SetState(266)
			p.Match(MillraceSQLParserLBRACKET)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		p.SetState(275)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if ((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&-1150634513725845626) != 0) || ((int64((_la-64)) & ^0x3f) == 0 && ((int64(1)<<(_la-64))&547626684415) != 0) {
			{
				p.SetState(267)
				p.expression(0)
			}
			p.SetState(272)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)

			for _la == MillraceSQLParserCOMMA {
				{
					p.SetState(268)
					p.Match(MillraceSQLParserCOMMA)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(269)
					p.expression(0)
				}

				p.SetState(274)
				p.GetErrorHandler().Sync(p)
				if p.HasError() {
					goto errorExit
				}
				_la = p.GetTokenStream().LA(1)
			}

		}
		{
			p.SetState(277)
			p.Match(MillraceSQLParserRBRACKET)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP:
		localctx = NewBareCallContext(p, localctx)
		p.EnterOuterAlt(localctx, 5)
		{
			p.SetState(278)
			_la = p.GetTokenStream().LA(1)

			if !((int64(_la) & ^0x3f) == 0 && ((int64(1)<<_la)&50335232) != 0) {
				p.GetErrorHandler().RecoverInline(p)
			} else {
				p.GetErrorHandler().ReportMatch(p)
				p.Consume()
			}
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IArgumentsContext is an interface to support dynamic dispatch.
type IArgumentsContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	STAR() antlr.TerminalNode
	Expression() IExpressionContext
	ArgumentsTail() IArgumentsTailContext
	DISTINCT() antlr.TerminalNode
	ALL() antlr.TerminalNode

	// IsArgumentsContext differentiates from other interfaces.
	IsArgumentsContext()
}

type ArgumentsContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyArgumentsContext() *ArgumentsContext {
	var p = new(ArgumentsContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_arguments
	return p
}

func InitEmptyArgumentsContext(p *ArgumentsContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_arguments
}

func (*ArgumentsContext) IsArgumentsContext() {}

func NewArgumentsContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ArgumentsContext {
	var p = new(ArgumentsContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_arguments

	return p
}

func (s *ArgumentsContext) GetParser() antlr.Parser { return s.parser }

func (s *ArgumentsContext) STAR() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserSTAR, 0)
}

func (s *ArgumentsContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ArgumentsContext) ArgumentsTail() IArgumentsTailContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IArgumentsTailContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IArgumentsTailContext)
}

func (s *ArgumentsContext) DISTINCT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserDISTINCT, 0)
}

func (s *ArgumentsContext) ALL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserALL, 0)
}

func (s *ArgumentsContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ArgumentsContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) Arguments() (localctx IArgumentsContext) {
	localctx = NewArgumentsContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 26, MillraceSQLParserRULE_arguments)
	var _la int

	p.SetState(288)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserSTAR:
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(281)
			p.Match(MillraceSQLParserSTAR)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserARRAY_OF, MillraceSQLParserMAP_OF, MillraceSQLParserCASE, MillraceSQLParserCAST, MillraceSQLParserCURRENT_DATE, MillraceSQLParserCURRENT_TIME, MillraceSQLParserCURRENT_TIMESTAMP, MillraceSQLParserDISTINCT, MillraceSQLParserFALSE, MillraceSQLParserINTERVAL, MillraceSQLParserLOCALTIME, MillraceSQLParserLOCALTIMESTAMP, MillraceSQLParserNOT, MillraceSQLParserNULL, MillraceSQLParserTRUE, MillraceSQLParserTRY_CAST, MillraceSQLParserALL, MillraceSQLParserLEFT, MillraceSQLParserRIGHT, MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE, MillraceSQLParserPLUS, MillraceSQLParserMINUS, MillraceSQLParserLPAREN, MillraceSQLParserINTEGER, MillraceSQLParserDECIMAL, MillraceSQLParserFLOAT, MillraceSQLParserSTRING, MillraceSQLParserBYTES, MillraceSQLParserPARAM, MillraceSQLParserIDENTIFIER, MillraceSQLParserQUOTED_IDENTIFIER:
		p.EnterOuterAlt(localctx, 2)
		p.SetState(283)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserDISTINCT || _la == MillraceSQLParserALL {
			{
				p.SetState(282)
				_la = p.GetTokenStream().LA(1)

				if !(_la == MillraceSQLParserDISTINCT || _la == MillraceSQLParserALL) {
					p.GetErrorHandler().RecoverInline(p)
				} else {
					p.GetErrorHandler().ReportMatch(p)
					p.Consume()
				}
			}

		}
		{
			p.SetState(285)
			p.expression(0)
		}
		{
			p.SetState(286)
			p.ArgumentsTail()
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IArgumentsTailContext is an interface to support dynamic dispatch.
type IArgumentsTailContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	AllCOMMA() []antlr.TerminalNode
	COMMA(i int) antlr.TerminalNode
	AllExpression() []IExpressionContext
	Expression(i int) IExpressionContext
	FROM() antlr.TerminalNode
	FOR() antlr.TerminalNode
	TO() antlr.TerminalNode
	Identifier() IIdentifierContext

	// IsArgumentsTailContext differentiates from other interfaces.
	IsArgumentsTailContext()
}

type ArgumentsTailContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyArgumentsTailContext() *ArgumentsTailContext {
	var p = new(ArgumentsTailContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_argumentsTail
	return p
}

func InitEmptyArgumentsTailContext(p *ArgumentsTailContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_argumentsTail
}

func (*ArgumentsTailContext) IsArgumentsTailContext() {}

func NewArgumentsTailContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ArgumentsTailContext {
	var p = new(ArgumentsTailContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_argumentsTail

	return p
}

func (s *ArgumentsTailContext) GetParser() antlr.Parser { return s.parser }

func (s *ArgumentsTailContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *ArgumentsTailContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

func (s *ArgumentsTailContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *ArgumentsTailContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *ArgumentsTailContext) FROM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFROM, 0)
}

func (s *ArgumentsTailContext) FOR() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFOR, 0)
}

func (s *ArgumentsTailContext) TO() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTO, 0)
}

func (s *ArgumentsTailContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

func (s *ArgumentsTailContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ArgumentsTailContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) ArgumentsTail() (localctx IArgumentsTailContext) {
	localctx = NewArgumentsTailContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 28, MillraceSQLParserRULE_argumentsTail)
	var _la int

	p.SetState(305)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserRPAREN, MillraceSQLParserCOMMA:
		p.EnterOuterAlt(localctx, 1)
		p.SetState(294)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for _la == MillraceSQLParserCOMMA {
			{
				p.SetState(290)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(291)
				p.expression(0)
			}

			p.SetState(296)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}

	case MillraceSQLParserFROM:
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(297)
			p.Match(MillraceSQLParserFROM)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(298)
			p.expression(0)
		}
		p.SetState(301)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserFOR {
			{
				p.SetState(299)
				p.Match(MillraceSQLParserFOR)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(300)
				p.expression(0)
			}

		}

	case MillraceSQLParserTO:
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(303)
			p.Match(MillraceSQLParserTO)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(304)
			p.Identifier()
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ITrimArgumentsContext is an interface to support dynamic dispatch.
type ITrimArgumentsContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	AllExpression() []IExpressionContext
	Expression(i int) IExpressionContext
	FROM() antlr.TerminalNode
	AllCOMMA() []antlr.TerminalNode
	COMMA(i int) antlr.TerminalNode

	// IsTrimArgumentsContext differentiates from other interfaces.
	IsTrimArgumentsContext()
}

type TrimArgumentsContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyTrimArgumentsContext() *TrimArgumentsContext {
	var p = new(TrimArgumentsContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_trimArguments
	return p
}

func InitEmptyTrimArgumentsContext(p *TrimArgumentsContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_trimArguments
}

func (*TrimArgumentsContext) IsTrimArgumentsContext() {}

func NewTrimArgumentsContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *TrimArgumentsContext {
	var p = new(TrimArgumentsContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_trimArguments

	return p
}

func (s *TrimArgumentsContext) GetParser() antlr.Parser { return s.parser }

func (s *TrimArgumentsContext) AllExpression() []IExpressionContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IExpressionContext); ok {
			len++
		}
	}

	tst := make([]IExpressionContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IExpressionContext); ok {
			tst[i] = t.(IExpressionContext)
			i++
		}
	}

	return tst
}

func (s *TrimArgumentsContext) Expression(i int) IExpressionContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *TrimArgumentsContext) FROM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFROM, 0)
}

func (s *TrimArgumentsContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *TrimArgumentsContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

func (s *TrimArgumentsContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TrimArgumentsContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) TrimArguments() (localctx ITrimArgumentsContext) {
	localctx = NewTrimArgumentsContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 30, MillraceSQLParserRULE_trimArguments)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(307)
		p.expression(0)
	}
	p.SetState(317)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserRPAREN, MillraceSQLParserCOMMA:
		p.SetState(312)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for _la == MillraceSQLParserCOMMA {
			{
				p.SetState(308)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(309)
				p.expression(0)
			}

			p.SetState(314)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}

	case MillraceSQLParserFROM:
		{
			p.SetState(315)
			p.Match(MillraceSQLParserFROM)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(316)
			p.expression(0)
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IFilterContext is an interface to support dynamic dispatch.
type IFilterContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	FILTER() antlr.TerminalNode
	LPAREN() antlr.TerminalNode
	WHERE() antlr.TerminalNode
	Expression() IExpressionContext
	RPAREN() antlr.TerminalNode

	// IsFilterContext differentiates from other interfaces.
	IsFilterContext()
}

type FilterContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyFilterContext() *FilterContext {
	var p = new(FilterContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_filter
	return p
}

func InitEmptyFilterContext(p *FilterContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_filter
}

func (*FilterContext) IsFilterContext() {}

func NewFilterContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *FilterContext {
	var p = new(FilterContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_filter

	return p
}

func (s *FilterContext) GetParser() antlr.Parser { return s.parser }

func (s *FilterContext) FILTER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFILTER, 0)
}

func (s *FilterContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *FilterContext) WHERE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWHERE, 0)
}

func (s *FilterContext) Expression() IExpressionContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IExpressionContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IExpressionContext)
}

func (s *FilterContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *FilterContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *FilterContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) Filter() (localctx IFilterContext) {
	localctx = NewFilterContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 32, MillraceSQLParserRULE_filter)
	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(319)
		p.Match(MillraceSQLParserFILTER)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(320)
		p.Match(MillraceSQLParserLPAREN)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(321)
		p.Match(MillraceSQLParserWHERE)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(322)
		p.expression(0)
	}
	{
		p.SetState(323)
		p.Match(MillraceSQLParserRPAREN)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IDataTypeContext is an interface to support dynamic dispatch.
type IDataTypeContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser
	// IsDataTypeContext differentiates from other interfaces.
	IsDataTypeContext()
}

type DataTypeContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyDataTypeContext() *DataTypeContext {
	var p = new(DataTypeContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_dataType
	return p
}

func InitEmptyDataTypeContext(p *DataTypeContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_dataType
}

func (*DataTypeContext) IsDataTypeContext() {}

func NewDataTypeContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *DataTypeContext {
	var p = new(DataTypeContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_dataType

	return p
}

func (s *DataTypeContext) GetParser() antlr.Parser { return s.parser }

func (s *DataTypeContext) CopyAll(ctx *DataTypeContext) {
	s.CopyFrom(&ctx.BaseParserRuleContext)
}

func (s *DataTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *DataTypeContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

type SimpleTypeContext struct {
	DataTypeContext
}

func NewSimpleTypeContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *SimpleTypeContext {
	var p = new(SimpleTypeContext)

	InitEmptyDataTypeContext(&p.DataTypeContext)
	p.parser = parser
	p.CopyAll(ctx.(*DataTypeContext))

	return p
}

func (s *SimpleTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *SimpleTypeContext) TypeName() ITypeNameContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ITypeNameContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ITypeNameContext)
}

func (s *SimpleTypeContext) IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIDENTIFIER, 0)
}

func (s *SimpleTypeContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *SimpleTypeContext) AllINTEGER() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserINTEGER)
}

func (s *SimpleTypeContext) INTEGER(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserINTEGER, i)
}

func (s *SimpleTypeContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

func (s *SimpleTypeContext) TimeZone() ITimeZoneContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(ITimeZoneContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(ITimeZoneContext)
}

func (s *SimpleTypeContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *SimpleTypeContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

type RowTypeContext struct {
	DataTypeContext
}

func NewRowTypeContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *RowTypeContext {
	var p = new(RowTypeContext)

	InitEmptyDataTypeContext(&p.DataTypeContext)
	p.parser = parser
	p.CopyAll(ctx.(*DataTypeContext))

	return p
}

func (s *RowTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *RowTypeContext) ROW() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserROW, 0)
}

func (s *RowTypeContext) LT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLT, 0)
}

func (s *RowTypeContext) AllRowField() []IRowFieldContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IRowFieldContext); ok {
			len++
		}
	}

	tst := make([]IRowFieldContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IRowFieldContext); ok {
			tst[i] = t.(IRowFieldContext)
			i++
		}
	}

	return tst
}

func (s *RowTypeContext) RowField(i int) IRowFieldContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IRowFieldContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IRowFieldContext)
}

func (s *RowTypeContext) GT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserGT, 0)
}

func (s *RowTypeContext) AllCOMMA() []antlr.TerminalNode {
	return s.GetTokens(MillraceSQLParserCOMMA)
}

func (s *RowTypeContext) COMMA(i int) antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, i)
}

func (s *RowTypeContext) LPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLPAREN, 0)
}

func (s *RowTypeContext) RPAREN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRPAREN, 0)
}

type ArrayTypeContext struct {
	DataTypeContext
}

func NewArrayTypeContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ArrayTypeContext {
	var p = new(ArrayTypeContext)

	InitEmptyDataTypeContext(&p.DataTypeContext)
	p.parser = parser
	p.CopyAll(ctx.(*DataTypeContext))

	return p
}

func (s *ArrayTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ArrayTypeContext) ARRAY() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserARRAY, 0)
}

func (s *ArrayTypeContext) LT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLT, 0)
}

func (s *ArrayTypeContext) ElementType() IElementTypeContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IElementTypeContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IElementTypeContext)
}

func (s *ArrayTypeContext) GT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserGT, 0)
}

type ArrayPostfixContext struct {
	DataTypeContext
}

func NewArrayPostfixContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *ArrayPostfixContext {
	var p = new(ArrayPostfixContext)

	InitEmptyDataTypeContext(&p.DataTypeContext)
	p.parser = parser
	p.CopyAll(ctx.(*DataTypeContext))

	return p
}

func (s *ArrayPostfixContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ArrayPostfixContext) DataType() IDataTypeContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IDataTypeContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IDataTypeContext)
}

func (s *ArrayPostfixContext) ARRAY() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserARRAY, 0)
}

func (s *ArrayPostfixContext) NULL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNULL, 0)
}

func (s *ArrayPostfixContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

type MapTypeContext struct {
	DataTypeContext
}

func NewMapTypeContext(parser antlr.Parser, ctx antlr.ParserRuleContext) *MapTypeContext {
	var p = new(MapTypeContext)

	InitEmptyDataTypeContext(&p.DataTypeContext)
	p.parser = parser
	p.CopyAll(ctx.(*DataTypeContext))

	return p
}

func (s *MapTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *MapTypeContext) MAP() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMAP, 0)
}

func (s *MapTypeContext) LT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLT, 0)
}

func (s *MapTypeContext) AllElementType() []IElementTypeContext {
	children := s.GetChildren()
	len := 0
	for _, ctx := range children {
		if _, ok := ctx.(IElementTypeContext); ok {
			len++
		}
	}

	tst := make([]IElementTypeContext, len)
	i := 0
	for _, ctx := range children {
		if t, ok := ctx.(IElementTypeContext); ok {
			tst[i] = t.(IElementTypeContext)
			i++
		}
	}

	return tst
}

func (s *MapTypeContext) ElementType(i int) IElementTypeContext {
	var t antlr.RuleContext
	j := 0
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IElementTypeContext); ok {
			if j == i {
				t = ctx.(antlr.RuleContext)
				break
			}
			j++
		}
	}

	if t == nil {
		return nil
	}

	return t.(IElementTypeContext)
}

func (s *MapTypeContext) COMMA() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCOMMA, 0)
}

func (s *MapTypeContext) GT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserGT, 0)
}

func (p *MillraceSQLParser) DataType() (localctx IDataTypeContext) {
	return p.dataType(0)
}

func (p *MillraceSQLParser) dataType(_p int) (localctx IDataTypeContext) {
	var _parentctx antlr.ParserRuleContext = p.GetParserRuleContext()

	_parentState := p.GetState()
	localctx = NewDataTypeContext(p, p.GetParserRuleContext(), _parentState)
	var _prevctx IDataTypeContext = localctx
	var _ antlr.ParserRuleContext = _prevctx // TODO: To prevent unused variable warning.
	_startState := 34
	p.EnterRecursionRule(localctx, 34, MillraceSQLParserRULE_dataType, _p)
	var _la int

	var _alt int

	p.EnterOuterAlt(localctx, 1)
	p.SetState(381)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 47, p.GetParserRuleContext()) {
	case 1:
		localctx = NewArrayTypeContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx

		{
			p.SetState(326)
			p.Match(MillraceSQLParserARRAY)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(327)
			p.Match(MillraceSQLParserLT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(328)
			p.ElementType()
		}
		{
			p.SetState(329)
			p.Match(MillraceSQLParserGT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 2:
		localctx = NewMapTypeContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(331)
			p.Match(MillraceSQLParserMAP)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(332)
			p.Match(MillraceSQLParserLT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(333)
			p.ElementType()
		}
		{
			p.SetState(334)
			p.Match(MillraceSQLParserCOMMA)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(335)
			p.ElementType()
		}
		{
			p.SetState(336)
			p.Match(MillraceSQLParserGT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 3:
		localctx = NewRowTypeContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(338)
			p.Match(MillraceSQLParserROW)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(339)
			p.Match(MillraceSQLParserLT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(340)
			p.RowField()
		}
		p.SetState(345)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for _la == MillraceSQLParserCOMMA {
			{
				p.SetState(341)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(342)
				p.RowField()
			}

			p.SetState(347)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}
		{
			p.SetState(348)
			p.Match(MillraceSQLParserGT)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 4:
		localctx = NewRowTypeContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(350)
			p.Match(MillraceSQLParserROW)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(351)
			p.Match(MillraceSQLParserLPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}
		{
			p.SetState(352)
			p.RowField()
		}
		p.SetState(357)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		for _la == MillraceSQLParserCOMMA {
			{
				p.SetState(353)
				p.Match(MillraceSQLParserCOMMA)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(354)
				p.RowField()
			}

			p.SetState(359)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)
		}
		{
			p.SetState(360)
			p.Match(MillraceSQLParserRPAREN)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case 5:
		localctx = NewSimpleTypeContext(p, localctx)
		p.SetParserRuleContext(localctx)
		_prevctx = localctx
		{
			p.SetState(362)
			p.TypeName()
		}
		p.SetState(364)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 43, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(363)
				p.Match(MillraceSQLParserIDENTIFIER)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}
		p.SetState(376)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 45, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(366)
				p.Match(MillraceSQLParserLPAREN)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			{
				p.SetState(367)
				p.Match(MillraceSQLParserINTEGER)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}
			p.SetState(372)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)

			for _la == MillraceSQLParserCOMMA {
				{
					p.SetState(368)
					p.Match(MillraceSQLParserCOMMA)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}
				{
					p.SetState(369)
					p.Match(MillraceSQLParserINTEGER)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}

				p.SetState(374)
				p.GetErrorHandler().Sync(p)
				if p.HasError() {
					goto errorExit
				}
				_la = p.GetTokenStream().LA(1)
			}
			{
				p.SetState(375)
				p.Match(MillraceSQLParserRPAREN)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}
		p.SetState(379)
		p.GetErrorHandler().Sync(p)

		if p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 46, p.GetParserRuleContext()) == 1 {
			{
				p.SetState(378)
				p.TimeZone()
			}

		} else if p.HasError() { // JIM
			goto errorExit
		}

	case antlr.ATNInvalidAltNumber:
		goto errorExit
	}
	p.GetParserRuleContext().SetStop(p.GetTokenStream().LT(-1))
	p.SetState(393)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 50, p.GetParserRuleContext())
	if p.HasError() {
		goto errorExit
	}
	for _alt != 2 && _alt != antlr.ATNInvalidAltNumber {
		if _alt == 1 {
			if p.GetParseListeners() != nil {
				p.TriggerExitRuleEvent()
			}
			_prevctx = localctx
			localctx = NewArrayPostfixContext(p, NewDataTypeContext(p, _parentctx, _parentState))
			p.PushNewRecursionContext(localctx, _startState, MillraceSQLParserRULE_dataType)
			p.SetState(383)

			if !(p.Precpred(p.GetParserRuleContext(), 6)) {
				p.SetError(antlr.NewFailedPredicateException(p, "p.Precpred(p.GetParserRuleContext(), 6)", ""))
				goto errorExit
			}
			p.SetState(388)
			p.GetErrorHandler().Sync(p)
			if p.HasError() {
				goto errorExit
			}
			_la = p.GetTokenStream().LA(1)

			if _la == MillraceSQLParserNOT || _la == MillraceSQLParserNULL {
				p.SetState(385)
				p.GetErrorHandler().Sync(p)
				if p.HasError() {
					goto errorExit
				}
				_la = p.GetTokenStream().LA(1)

				if _la == MillraceSQLParserNOT {
					{
						p.SetState(384)
						p.Match(MillraceSQLParserNOT)
						if p.HasError() {
							// Recognition error - abort rule
							goto errorExit
						}
					}

				}
				{
					p.SetState(387)
					p.Match(MillraceSQLParserNULL)
					if p.HasError() {
						// Recognition error - abort rule
						goto errorExit
					}
				}

			}
			{
				p.SetState(390)
				p.Match(MillraceSQLParserARRAY)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		}
		p.SetState(395)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_alt = p.GetInterpreter().AdaptivePredict(p.BaseParser, p.GetTokenStream(), 50, p.GetParserRuleContext())
		if p.HasError() {
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.UnrollRecursionContexts(_parentctx)
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IElementTypeContext is an interface to support dynamic dispatch.
type IElementTypeContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	DataType() IDataTypeContext
	NULL() antlr.TerminalNode
	NOT() antlr.TerminalNode

	// IsElementTypeContext differentiates from other interfaces.
	IsElementTypeContext()
}

type ElementTypeContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyElementTypeContext() *ElementTypeContext {
	var p = new(ElementTypeContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_elementType
	return p
}

func InitEmptyElementTypeContext(p *ElementTypeContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_elementType
}

func (*ElementTypeContext) IsElementTypeContext() {}

func NewElementTypeContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *ElementTypeContext {
	var p = new(ElementTypeContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_elementType

	return p
}

func (s *ElementTypeContext) GetParser() antlr.Parser { return s.parser }

func (s *ElementTypeContext) DataType() IDataTypeContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IDataTypeContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IDataTypeContext)
}

func (s *ElementTypeContext) NULL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNULL, 0)
}

func (s *ElementTypeContext) NOT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserNOT, 0)
}

func (s *ElementTypeContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *ElementTypeContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) ElementType() (localctx IElementTypeContext) {
	localctx = NewElementTypeContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 36, MillraceSQLParserRULE_elementType)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(396)
		p.dataType(0)
	}
	p.SetState(401)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_la = p.GetTokenStream().LA(1)

	if _la == MillraceSQLParserNOT || _la == MillraceSQLParserNULL {
		p.SetState(398)
		p.GetErrorHandler().Sync(p)
		if p.HasError() {
			goto errorExit
		}
		_la = p.GetTokenStream().LA(1)

		if _la == MillraceSQLParserNOT {
			{
				p.SetState(397)
				p.Match(MillraceSQLParserNOT)
				if p.HasError() {
					// Recognition error - abort rule
					goto errorExit
				}
			}

		}
		{
			p.SetState(400)
			p.Match(MillraceSQLParserNULL)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IRowFieldContext is an interface to support dynamic dispatch.
type IRowFieldContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	Identifier() IIdentifierContext
	ElementType() IElementTypeContext

	// IsRowFieldContext differentiates from other interfaces.
	IsRowFieldContext()
}

type RowFieldContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyRowFieldContext() *RowFieldContext {
	var p = new(RowFieldContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_rowField
	return p
}

func InitEmptyRowFieldContext(p *RowFieldContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_rowField
}

func (*RowFieldContext) IsRowFieldContext() {}

func NewRowFieldContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *RowFieldContext {
	var p = new(RowFieldContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_rowField

	return p
}

func (s *RowFieldContext) GetParser() antlr.Parser { return s.parser }

func (s *RowFieldContext) Identifier() IIdentifierContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IIdentifierContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IIdentifierContext)
}

func (s *RowFieldContext) ElementType() IElementTypeContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(IElementTypeContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(IElementTypeContext)
}

func (s *RowFieldContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *RowFieldContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) RowField() (localctx IRowFieldContext) {
	localctx = NewRowFieldContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 38, MillraceSQLParserRULE_rowField)
	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(403)
		p.Identifier()
	}
	{
		p.SetState(404)
		p.ElementType()
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ITypeNameContext is an interface to support dynamic dispatch.
type ITypeNameContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	IDENTIFIER() antlr.TerminalNode
	TIME() antlr.TerminalNode

	// IsTypeNameContext differentiates from other interfaces.
	IsTypeNameContext()
}

type TypeNameContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyTypeNameContext() *TypeNameContext {
	var p = new(TypeNameContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_typeName
	return p
}

func InitEmptyTypeNameContext(p *TypeNameContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_typeName
}

func (*TypeNameContext) IsTypeNameContext() {}

func NewTypeNameContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *TypeNameContext {
	var p = new(TypeNameContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_typeName

	return p
}

func (s *TypeNameContext) GetParser() antlr.Parser { return s.parser }

func (s *TypeNameContext) IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIDENTIFIER, 0)
}

func (s *TypeNameContext) TIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTIME, 0)
}

func (s *TypeNameContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TypeNameContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) TypeName() (localctx ITypeNameContext) {
	localctx = NewTypeNameContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 40, MillraceSQLParserRULE_typeName)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(406)
		_la = p.GetTokenStream().LA(1)

		if !(_la == MillraceSQLParserTIME || _la == MillraceSQLParserIDENTIFIER) {
			p.GetErrorHandler().RecoverInline(p)
		} else {
			p.GetErrorHandler().ReportMatch(p)
			p.Consume()
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// ITimeZoneContext is an interface to support dynamic dispatch.
type ITimeZoneContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	TIME() antlr.TerminalNode
	ZONE() antlr.TerminalNode
	WITH() antlr.TerminalNode
	WITHOUT() antlr.TerminalNode
	LOCAL() antlr.TerminalNode

	// IsTimeZoneContext differentiates from other interfaces.
	IsTimeZoneContext()
}

type TimeZoneContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyTimeZoneContext() *TimeZoneContext {
	var p = new(TimeZoneContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_timeZone
	return p
}

func InitEmptyTimeZoneContext(p *TimeZoneContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_timeZone
}

func (*TimeZoneContext) IsTimeZoneContext() {}

func NewTimeZoneContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *TimeZoneContext {
	var p = new(TimeZoneContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_timeZone

	return p
}

func (s *TimeZoneContext) GetParser() antlr.Parser { return s.parser }

func (s *TimeZoneContext) TIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTIME, 0)
}

func (s *TimeZoneContext) ZONE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserZONE, 0)
}

func (s *TimeZoneContext) WITH() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWITH, 0)
}

func (s *TimeZoneContext) WITHOUT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWITHOUT, 0)
}

func (s *TimeZoneContext) LOCAL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLOCAL, 0)
}

func (s *TimeZoneContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *TimeZoneContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) TimeZone() (localctx ITimeZoneContext) {
	localctx = NewTimeZoneContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 42, MillraceSQLParserRULE_timeZone)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(408)
		_la = p.GetTokenStream().LA(1)

		if !(_la == MillraceSQLParserWITH || _la == MillraceSQLParserWITHOUT) {
			p.GetErrorHandler().RecoverInline(p)
		} else {
			p.GetErrorHandler().ReportMatch(p)
			p.Consume()
		}
	}
	p.SetState(410)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}
	_la = p.GetTokenStream().LA(1)

	if _la == MillraceSQLParserLOCAL {
		{
			p.SetState(409)
			p.Match(MillraceSQLParserLOCAL)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	}
	{
		p.SetState(412)
		p.Match(MillraceSQLParserTIME)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}
	{
		p.SetState(413)
		p.Match(MillraceSQLParserZONE)
		if p.HasError() {
			// Recognition error - abort rule
			goto errorExit
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IFunctionNameContext is an interface to support dynamic dispatch.
type IFunctionNameContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	IDENTIFIER() antlr.TerminalNode
	LEFT() antlr.TerminalNode
	RIGHT() antlr.TerminalNode
	ARRAY() antlr.TerminalNode
	MAP() antlr.TerminalNode
	ROW() antlr.TerminalNode
	TIME() antlr.TerminalNode
	FILTER() antlr.TerminalNode
	ESCAPE() antlr.TerminalNode
	LOCAL() antlr.TerminalNode
	TO() antlr.TerminalNode
	UNKNOWN() antlr.TerminalNode
	WITHOUT() antlr.TerminalNode
	ZONE() antlr.TerminalNode

	// IsFunctionNameContext differentiates from other interfaces.
	IsFunctionNameContext()
}

type FunctionNameContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyFunctionNameContext() *FunctionNameContext {
	var p = new(FunctionNameContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_functionName
	return p
}

func InitEmptyFunctionNameContext(p *FunctionNameContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_functionName
}

func (*FunctionNameContext) IsFunctionNameContext() {}

func NewFunctionNameContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *FunctionNameContext {
	var p = new(FunctionNameContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_functionName

	return p
}

func (s *FunctionNameContext) GetParser() antlr.Parser { return s.parser }

func (s *FunctionNameContext) IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIDENTIFIER, 0)
}

func (s *FunctionNameContext) LEFT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLEFT, 0)
}

func (s *FunctionNameContext) RIGHT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserRIGHT, 0)
}

func (s *FunctionNameContext) ARRAY() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserARRAY, 0)
}

func (s *FunctionNameContext) MAP() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMAP, 0)
}

func (s *FunctionNameContext) ROW() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserROW, 0)
}

func (s *FunctionNameContext) TIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTIME, 0)
}

func (s *FunctionNameContext) FILTER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFILTER, 0)
}

func (s *FunctionNameContext) ESCAPE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserESCAPE, 0)
}

func (s *FunctionNameContext) LOCAL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLOCAL, 0)
}

func (s *FunctionNameContext) TO() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTO, 0)
}

func (s *FunctionNameContext) UNKNOWN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserUNKNOWN, 0)
}

func (s *FunctionNameContext) WITHOUT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWITHOUT, 0)
}

func (s *FunctionNameContext) ZONE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserZONE, 0)
}

func (s *FunctionNameContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *FunctionNameContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) FunctionName() (localctx IFunctionNameContext) {
	localctx = NewFunctionNameContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 44, MillraceSQLParserRULE_functionName)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(415)
		_la = p.GetTokenStream().LA(1)

		if !((int64((_la-45)) & ^0x3f) == 0 && ((int64(1)<<(_la-45))&72057596037988417) != 0) {
			p.GetErrorHandler().RecoverInline(p)
		} else {
			p.GetErrorHandler().ReportMatch(p)
			p.Consume()
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// IIdentifierContext is an interface to support dynamic dispatch.
type IIdentifierContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	IDENTIFIER() antlr.TerminalNode
	QUOTED_IDENTIFIER() antlr.TerminalNode
	NonReserved() INonReservedContext

	// IsIdentifierContext differentiates from other interfaces.
	IsIdentifierContext()
}

type IdentifierContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyIdentifierContext() *IdentifierContext {
	var p = new(IdentifierContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_identifier
	return p
}

func InitEmptyIdentifierContext(p *IdentifierContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_identifier
}

func (*IdentifierContext) IsIdentifierContext() {}

func NewIdentifierContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *IdentifierContext {
	var p = new(IdentifierContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_identifier

	return p
}

func (s *IdentifierContext) GetParser() antlr.Parser { return s.parser }

func (s *IdentifierContext) IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserIDENTIFIER, 0)
}

func (s *IdentifierContext) QUOTED_IDENTIFIER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserQUOTED_IDENTIFIER, 0)
}

func (s *IdentifierContext) NonReserved() INonReservedContext {
	var t antlr.RuleContext
	for _, ctx := range s.GetChildren() {
		if _, ok := ctx.(INonReservedContext); ok {
			t = ctx.(antlr.RuleContext)
			break
		}
	}

	if t == nil {
		return nil
	}

	return t.(INonReservedContext)
}

func (s *IdentifierContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *IdentifierContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) Identifier() (localctx IIdentifierContext) {
	localctx = NewIdentifierContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 46, MillraceSQLParserRULE_identifier)
	p.SetState(420)
	p.GetErrorHandler().Sync(p)
	if p.HasError() {
		goto errorExit
	}

	switch p.GetTokenStream().LA(1) {
	case MillraceSQLParserIDENTIFIER:
		p.EnterOuterAlt(localctx, 1)
		{
			p.SetState(417)
			p.Match(MillraceSQLParserIDENTIFIER)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserQUOTED_IDENTIFIER:
		p.EnterOuterAlt(localctx, 2)
		{
			p.SetState(418)
			p.Match(MillraceSQLParserQUOTED_IDENTIFIER)
			if p.HasError() {
				// Recognition error - abort rule
				goto errorExit
			}
		}

	case MillraceSQLParserARRAY, MillraceSQLParserCREATE, MillraceSQLParserESCAPE, MillraceSQLParserFILTER, MillraceSQLParserINSERT, MillraceSQLParserLOCAL, MillraceSQLParserMAP, MillraceSQLParserOUTER, MillraceSQLParserPOSITION, MillraceSQLParserROW, MillraceSQLParserTIME, MillraceSQLParserTO, MillraceSQLParserTRIM, MillraceSQLParserUNKNOWN, MillraceSQLParserWITHOUT, MillraceSQLParserZONE:
		p.EnterOuterAlt(localctx, 3)
		{
			p.SetState(419)
			p.NonReserved()
		}

	default:
		p.SetError(antlr.NewNoViableAltException(p, nil, nil, nil, nil, nil))
		goto errorExit
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

// INonReservedContext is an interface to support dynamic dispatch.
type INonReservedContext interface {
	antlr.ParserRuleContext

	// GetParser returns the parser.
	GetParser() antlr.Parser

	// Getter signatures
	ARRAY() antlr.TerminalNode
	CREATE() antlr.TerminalNode
	ESCAPE() antlr.TerminalNode
	FILTER() antlr.TerminalNode
	INSERT() antlr.TerminalNode
	LOCAL() antlr.TerminalNode
	MAP() antlr.TerminalNode
	OUTER() antlr.TerminalNode
	POSITION() antlr.TerminalNode
	ROW() antlr.TerminalNode
	TIME() antlr.TerminalNode
	TO() antlr.TerminalNode
	TRIM() antlr.TerminalNode
	UNKNOWN() antlr.TerminalNode
	WITHOUT() antlr.TerminalNode
	ZONE() antlr.TerminalNode

	// IsNonReservedContext differentiates from other interfaces.
	IsNonReservedContext()
}

type NonReservedContext struct {
	antlr.BaseParserRuleContext
	parser antlr.Parser
}

func NewEmptyNonReservedContext() *NonReservedContext {
	var p = new(NonReservedContext)
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_nonReserved
	return p
}

func InitEmptyNonReservedContext(p *NonReservedContext) {
	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, nil, -1)
	p.RuleIndex = MillraceSQLParserRULE_nonReserved
}

func (*NonReservedContext) IsNonReservedContext() {}

func NewNonReservedContext(parser antlr.Parser, parent antlr.ParserRuleContext, invokingState int) *NonReservedContext {
	var p = new(NonReservedContext)

	antlr.InitBaseParserRuleContext(&p.BaseParserRuleContext, parent, invokingState)

	p.parser = parser
	p.RuleIndex = MillraceSQLParserRULE_nonReserved

	return p
}

func (s *NonReservedContext) GetParser() antlr.Parser { return s.parser }

func (s *NonReservedContext) ARRAY() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserARRAY, 0)
}

func (s *NonReservedContext) CREATE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserCREATE, 0)
}

func (s *NonReservedContext) ESCAPE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserESCAPE, 0)
}

func (s *NonReservedContext) FILTER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserFILTER, 0)
}

func (s *NonReservedContext) INSERT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserINSERT, 0)
}

func (s *NonReservedContext) LOCAL() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserLOCAL, 0)
}

func (s *NonReservedContext) MAP() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserMAP, 0)
}

func (s *NonReservedContext) OUTER() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserOUTER, 0)
}

func (s *NonReservedContext) POSITION() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserPOSITION, 0)
}

func (s *NonReservedContext) ROW() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserROW, 0)
}

func (s *NonReservedContext) TIME() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTIME, 0)
}

func (s *NonReservedContext) TO() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTO, 0)
}

func (s *NonReservedContext) TRIM() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserTRIM, 0)
}

func (s *NonReservedContext) UNKNOWN() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserUNKNOWN, 0)
}

func (s *NonReservedContext) WITHOUT() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserWITHOUT, 0)
}

func (s *NonReservedContext) ZONE() antlr.TerminalNode {
	return s.GetToken(MillraceSQLParserZONE, 0)
}

func (s *NonReservedContext) GetRuleContext() antlr.RuleContext {
	return s
}

func (s *NonReservedContext) ToStringTree(ruleNames []string, recog antlr.Recognizer) string {
	return antlr.TreesStringTree(s, ruleNames, recog)
}

func (p *MillraceSQLParser) NonReserved() (localctx INonReservedContext) {
	localctx = NewNonReservedContext(p, p.GetParserRuleContext(), p.GetState())
	p.EnterRule(localctx, 48, MillraceSQLParserRULE_nonReserved)
	var _la int

	p.EnterOuterAlt(localctx, 1)
	{
		p.SetState(422)
		_la = p.GetTokenStream().LA(1)

		if !((int64((_la-60)) & ^0x3f) == 0 && ((int64(1)<<(_la-60))&65535) != 0) {
			p.GetErrorHandler().RecoverInline(p)
		} else {
			p.GetErrorHandler().ReportMatch(p)
			p.Consume()
		}
	}

errorExit:
	if p.HasError() {
		v := p.GetError()
		localctx.SetException(v)
		p.GetErrorHandler().ReportError(p, v)
		p.GetErrorHandler().Recover(p, v)
		p.SetError(nil)
	}
	p.ExitRule()
	return localctx
	goto errorExit // Trick to prevent compiler error if the label is not used
}

func (p *MillraceSQLParser) Sempred(localctx antlr.RuleContext, ruleIndex, predIndex int) bool {
	switch ruleIndex {
	case 3:
		var t *ExpressionContext = nil
		if localctx != nil {
			t = localctx.(*ExpressionContext)
		}
		return p.Expression_Sempred(t, predIndex)

	case 7:
		var t *ValueContext = nil
		if localctx != nil {
			t = localctx.(*ValueContext)
		}
		return p.Value_Sempred(t, predIndex)

	case 8:
		var t *PrimaryContext = nil
		if localctx != nil {
			t = localctx.(*PrimaryContext)
		}
		return p.Primary_Sempred(t, predIndex)

	case 17:
		var t *DataTypeContext = nil
		if localctx != nil {
			t = localctx.(*DataTypeContext)
		}
		return p.DataType_Sempred(t, predIndex)

	default:
		panic("No predicate with index: " + fmt.Sprint(ruleIndex))
	}
}

func (p *MillraceSQLParser) Expression_Sempred(localctx antlr.RuleContext, predIndex int) bool {
	switch predIndex {
	case 0:
		return p.Precpred(p.GetParserRuleContext(), 5)

	case 1:
		return p.Precpred(p.GetParserRuleContext(), 2)

	case 2:
		return p.Precpred(p.GetParserRuleContext(), 1)

	case 3:
		return p.Precpred(p.GetParserRuleContext(), 6)

	case 4:
		return p.Precpred(p.GetParserRuleContext(), 4)

	default:
		panic("No predicate with index: " + fmt.Sprint(predIndex))
	}
}

func (p *MillraceSQLParser) Value_Sempred(localctx antlr.RuleContext, predIndex int) bool {
	switch predIndex {
	case 5:
		return p.Precpred(p.GetParserRuleContext(), 2)

	case 6:
		return p.Precpred(p.GetParserRuleContext(), 1)

	default:
		panic("No predicate with index: " + fmt.Sprint(predIndex))
	}
}

func (p *MillraceSQLParser) Primary_Sempred(localctx antlr.RuleContext, predIndex int) bool {
	switch predIndex {
	case 7:
		return p.Precpred(p.GetParserRuleContext(), 9)

	case 8:
		return p.Precpred(p.GetParserRuleContext(), 8)

	default:
		panic("No predicate with index: " + fmt.Sprint(predIndex))
	}
}

func (p *MillraceSQLParser) DataType_Sempred(localctx antlr.RuleContext, predIndex int) bool {
	switch predIndex {
	case 9:
		return p.Precpred(p.GetParserRuleContext(), 6)

	default:
		panic("No predicate with index: " + fmt.Sprint(predIndex))
	}
}
