package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/diag"
)

// The diagnostics of this package.
const (
	CodeUnreachable       diag.Code = "kafka.unreachable"
	CodeAuthentication    diag.Code = "kafka.authentication_failed"
	CodeNotAuthorized     diag.Code = "kafka.not_authorized"
	CodeTopicMissing      diag.Code = "kafka.topic_missing"
	CodeOffsetsLost       diag.Code = "kafka.offsets_lost"
	CodeLogTruncated      diag.Code = "kafka.log_truncated"
	CodeTopicReplaced     diag.Code = "kafka.topic_replaced"
	CodeBadPosition       diag.Code = "kafka.bad_position"
	CodeSchemaMissing     diag.Code = "kafka.schema_missing"
	CodeBadConnection     diag.Code = "kafka.bad_connection"
	CodeBadParams         diag.Code = "kafka.bad_params"
	CodeStartTime         diag.Code = "kafka.start_time_missing"
	CodeKeyColumn         diag.Code = "kafka.key_column"
	CodeKeyMissing        diag.Code = "kafka.key_missing"
	CodeColumn            diag.Code = "kafka.column"
	CodeChanges           diag.Code = "kafka.changes"
	CodeUnknownFormat     diag.Code = "kafka.unknown_format"
	CodeFenced            diag.Code = "kafka.fenced"
	CodeCommitUnknown     diag.Code = "kafka.commit_unknown"
	CodeCommitFailed      diag.Code = "kafka.commit_failed"
	CodeProduceFailed     diag.Code = "kafka.produce_failed"
	CodeRecordTooLarge    diag.Code = "kafka.record_too_large"
	CodeCommitsTopic      diag.Code = "kafka.commits_topic"
	CodeMarkerUnreadable  diag.Code = "kafka.marker_unreadable"
	CodeTopicNotCreatable diag.Code = "kafka.topic_not_created"
)

// CommitUnknown says that a transaction's end was asked for and no answer came: it may have been committed. The engine recovers,
// which fences and reads the marker.
type CommitUnknown struct{ Err error }

// Error returns the cause with the code in front.
func (e *CommitUnknown) Error() string {
	return fmt.Sprintf("%s: whether the transaction was committed is not known: %v", CodeCommitUnknown, e.Err)
}

// Unwrap returns the cause.
func (e *CommitUnknown) Unwrap() error { return e.Err }

// Unknown is true: the commit may have been carried out.
func (e *CommitUnknown) Unknown() bool { return true }

// fenced reports whether err says that another instance of the producer has taken over, or that the transaction's time ran out.
func fenced(err error) bool {
	return errors.Is(err, kerr.ProducerFenced) || errors.Is(err, kerr.InvalidProducerEpoch) || errors.Is(err, kerr.FencedInstanceID)
}

// classify says in plain words why a cluster could not be used. Errors that time may mend come back as they are, with a code.
func classify(err error, what string) error {
	var already *diag.Failure
	var forever *component.PermanentError
	var dns *net.DNSError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &forever):
		return forever // also when the client put its own words around it
	case errors.As(err, &already):
		return err
	case errors.Is(err, kerr.SaslAuthenticationFailed), errors.Is(err, kerr.UnsupportedSaslMechanism), errors.Is(err, kerr.IllegalSaslState):
		return component.Permanent(CodeAuthentication, err, "Check the SASL mechanism, the user and the password of the connection.", "%s: the broker refused the login", what)
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.GroupAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed),
		errors.Is(err, kerr.TransactionalIDAuthorizationFailed):
		return component.Permanent(CodeNotAuthorized, err, "Ask the cluster's owner for the rights, or use another connection.", "%s: the broker does not allow it", what)
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return component.Permanent(CodeTopicMissing, err, "Create the topic, or correct its name.", "%s: the topic does not exist", what)
	case errors.As(err, &dns):
		return diag.Fail(CodeUnreachable, err, "Check the spelling of the brokers' addresses.", "%s: the name %s does not resolve", what, dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return diag.Fail(CodeUnreachable, err, "Check that the broker runs and that the port is the right one.", "%s: the connection was refused", what)
	case errors.Is(err, context.DeadlineExceeded):
		return diag.Fail(CodeUnreachable, err, "Check that the brokers run and that their advertised addresses can be reached from here.", "%s: no broker answered in time", what)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return diag.Fail(CodeUnreachable, err, "A broker that wants TLS or a login closes other connections, and some close those whose login they refuse: compare with the connection's settings.", "%s: the broker closed the connection", what)
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return diag.Fail(CodeUnreachable, err, "Compare the connection's TLS settings with the broker's listener.", "%s: TLS could not be set up", what)
	case errors.Is(err, kgo.ErrClientClosed), errors.Is(err, context.Canceled):
		return err
	default:
		return diag.Fail(CodeUnreachable, err, "Check that the brokers run and that their advertised addresses can be reached from here.", "%s", what)
	}
}
