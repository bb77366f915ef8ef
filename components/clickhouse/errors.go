package clickhouse

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"millrace/components/component"
	"millrace/models/diag"
)

// The diagnostics of this package.
const (
	CodeUnreachable    diag.Code = "clickhouse.unreachable"
	CodeAuthentication diag.Code = "clickhouse.authentication_failed"
	CodeNotAuthorized  diag.Code = "clickhouse.not_authorized"
	CodeBadConnection  diag.Code = "clickhouse.bad_connection"
	CodeBadParams      diag.Code = "clickhouse.bad_params"
	CodeTableMissing   diag.Code = "clickhouse.table_missing"
	CodeColumnMissing  diag.Code = "clickhouse.column_missing"
	CodeColumnType     diag.Code = "clickhouse.column_type"
	CodeColumnUnfilled diag.Code = "clickhouse.column_unfilled"
	CodeColumnComputed diag.Code = "clickhouse.column_computed"
	CodeUnsupported    diag.Code = "clickhouse.unsupported_type"
	CodeRefused        diag.Code = "clickhouse.insert_refused"
	CodeNotReplacing   diag.Code = "clickhouse.takes_no_changes"
	CodeVersion        diag.Code = "clickhouse.version"
	CodeUpload         diag.Code = "clickhouse.upload"
	CodeUnknownOutcome diag.Code = "clickhouse.outcome_unknown"
	CodeInterrupted    diag.Code = "clickhouse.read_interrupted"
	CodeReadRefused    diag.Code = "clickhouse.read_refused"
	CodeReadTime       diag.Code = "clickhouse.time_limit"
	CodeReadMemory     diag.Code = "clickhouse.memory_limit"
	CodeReadRows       diag.Code = "clickhouse.read_limit"
)

// Codes of the server (ClickHouse, src/Common/ErrorCodes.cpp).
const (
	codeUnknownTable     = 60
	codeUnknownDatabase  = 81
	codeTooManyParts     = 252
	codeTableReadOnly    = 242
	codeUnknownUser      = 192
	codeWrongPassword    = 193
	codePasswordRequired = 194
	codeAuthFailed       = 516
	codeAccessDenied     = 497

	codeTimeout            = 159
	codeTooSlow            = 160
	codeMemory             = 241
	codeTooManyRows        = 158
	codeTooManyBytes       = 307
	codeTooManyRowsOrBytes = 396
)

// transient lists the server's errors that time may mend: it is starting, stopping, overloaded, short of memory or of disk, or has lost
// its keeper.
func transient(code int32) bool {
	switch code {
	case 3, // UNEXPECTED_END_OF_FILE
		159,               // TIMEOUT_EXCEEDED
		202,               // TOO_MANY_SIMULTANEOUS_QUERIES
		203,               // NO_FREE_CONNECTION
		209,               // SOCKET_TIMEOUT
		210,               // NETWORK_ERROR
		225,               // NO_ZOOKEEPER
		236,               // ABORTED
		241,               // MEMORY_LIMIT_EXCEEDED
		codeTableReadOnly, // a replica that lost its keeper
		243,               // NOT_ENOUGH_SPACE
		285,               // TOO_FEW_LIVE_REPLICAS
		319,               // UNKNOWN_STATUS_OF_INSERT
		394,               // QUERY_WAS_CANCELLED
		745,               // SERVER_OVERLOADED
		999:               // KEEPER_EXCEPTION
		return true
	}
	return false
}

// mendable reports whether trying again may help. Errors that are not the server's are the network's.
func mendable(err error) bool {
	var forever *component.PermanentError
	if errors.As(err, &forever) {
		return false
	}
	var unreadable *chcolumn.UnsupportedColumnTypeError
	if errors.As(err, &unreadable) {
		return false // by the driver, however often it is asked
	}
	var e *ch.Exception
	if !errors.As(err, &e) {
		return true
	}
	if e.Code == codeTooManyParts {
		// Too many parts means that merges are behind; too many partitions in one block stays true for ever.
		return !strings.Contains(e.Message, "partitions for single INSERT")
	}
	return transient(e.Code)
}

// classify says in plain words why the server could not be used.
func classify(err error, what string) error {
	var e *ch.Exception
	var dns *net.DNSError
	var already *diag.Failure
	var forever *component.PermanentError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &forever):
		return forever // also when the client put its own words around it
	case errors.As(err, &already):
		return err
	case errors.As(err, &e):
		switch e.Code {
		case codeUnknownUser, codeWrongPassword, codePasswordRequired, codeAuthFailed:
			return component.Permanent(CodeAuthentication, nil, "Check the user and the password of the connection.", "%s: the server refused the login (%s)", what, e.Name)
		case codeAccessDenied:
			return component.Permanent(CodeNotAuthorized, nil, "Ask the server's owner for the rights, or use another user.", "%s: the user has not the rights for it", what)
		case codeUnknownDatabase:
			return component.Permanent(CodeTableMissing, nil, "Correct the connection's database, or make it.", "%s: the database does not exist", what)
		case codeUnknownTable:
			return component.Permanent(CodeTableMissing, err, "Create the table, or set create: if_missing.", "%s", what)
		}
		if !mendable(err) {
			return component.Permanent(CodeRefused, err, "", "%s", what)
		}
		return diag.Fail(CodeUnreachable, err, "", "%s: the server is not ready", what)
	case !mendable(err):
		return component.Permanent(CodeUnsupported, err, "Make it a column of another type.", "%s: the table has a column that cannot be written", what)
	case errors.As(err, &dns):
		return diag.Fail(CodeUnreachable, err, "Check the spelling of the addresses.", "%s: the name %s does not resolve", what, dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return diag.Fail(CodeUnreachable, err, "Check that the server runs and that the port is its native one (usually 9000).", "%s: the connection was refused", what)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return diag.Fail(CodeUnreachable, err, "Check that the server runs and that the address is its native port (usually 9000), not the HTTP one.", "%s: it did not answer in time", what)
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return diag.Fail(CodeUnreachable, err, "Compare the connection's TLS settings with the server's port: 9440 is the usual one with TLS, 9000 without.", "%s: TLS could not be set up", what)
	default:
		return diag.Fail(CodeUnreachable, err, "Check that the server runs and that the address is its native port (usually 9000), not the HTTP one.", "%s", what)
	}
}
