package httpapi

import (
	"context"
	"net/http"
	"time"

	"millrace/assets/document"
	"millrace/models/diag"
	"millrace/pipelines/probe"
	"millrace/server/auth"
)

const (
	// probeTimeout is how long an expression is tried, maxProbes how many are at a time: an editor asks at every pause of typing.
	probeTimeout = 2 * time.Second
	maxProbes    = 4
	// maxProbe bounds the body of one.
	maxProbe = 4 << 20
)

// CodeBusy is an expression that is not tried because too many are being tried.
const CodeBusy diag.Code = "http.busy"

// registerBuilder serves what a canvas asks of a text while it is edited.
func (a *API) registerBuilder() {
	if a.services.Documents == nil {
		return
	}
	const tag = "builder"
	register(a, op{ID: "analyse_text", Method: http.MethodPost, Path: "/compile/analyse", Tag: tag, Access: need(auth.Edit), MaxBody: maxDocument, Summary: "What a canvas shows of a text",
		Description: "Nodes with the columns of their rows, complete as far as it goes in spite of errors, compiled as you: a node behind one with a mistake has its columns where " +
			"those of its inputs are known, and what you may not read has none."}, a.analyseText)
	register(a, op{ID: "convert_text", Method: http.MethodPost, Path: "/compile/convert", Tag: tag, Access: need(auth.Edit), MaxBody: maxDocument, Summary: "Write a text in the other format",
		Description: "A model as a script or a script as models. It computes the same, with the same fingerprint. Nothing comes out when there is an error."}, a.convertText)
	register(a, op{ID: "try_expression", Method: http.MethodPost, Path: "/compile/expression", Tag: tag, Access: need(auth.Edit), MaxBody: maxProbe, Summary: "Check an expression and try it on sample rows",
		Description: "Nothing is kept, and no table is read: columns and rows come with the request."}, a.tryExpression(make(chan struct{}, maxProbes)))
}

func (a *API) analyseText(ctx context.Context, in *struct {
	Body struct {
		TextBody
		Document string `json:"document" required:"false" maxLength:"64" doc:"the id of the model it is a text of"`
	}
},
) (*out[document.Analysis], error) {
	name, err := a.nameOf(ctx, in.Body.Document)
	if err != nil {
		return nil, err
	}
	found, err := a.services.Documents.Analyse(ctx, auth.From(ctx).Grants(), name, in.Body.Format, in.Body.Text)
	return &out[document.Analysis]{Body: found}, err
}

// nameOf is the name of a document that the principal may see; an empty id has none.
func (a *API) nameOf(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	team, err := a.services.Owners.Owner(ctx, KindDocument, id)
	if err != nil {
		return "", asUnknown(err, KindDocument)
	}
	if err := mayTeam(auth.From(ctx), auth.View, KindDocument, team); err != nil {
		return "", err
	}
	d, err := a.services.Documents.Store.Document(ctx, id)
	return d.Name, err
}

func (a *API) convertText(ctx context.Context, in *struct {
	Body struct {
		TextBody
		To document.Format `json:"to" enum:"yaml,sql"`
	}
},
) (*out[document.Converted], error) {
	c, err := a.services.Documents.Convert(ctx, auth.From(ctx).Grants(), in.Body.Format, in.Body.Text, in.Body.To)
	return &out[document.Converted]{Body: c}, err
}

// tryExpression tries expressions, as many at a time as there is room in running.
func (a *API) tryExpression(running chan struct{}) func(context.Context, *struct{ Body probe.Input }) (*out[probe.Output], error) {
	return func(ctx context.Context, in *struct{ Body probe.Input }) (*out[probe.Output], error) {
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		select {
		case running <- struct{}{}:
			defer func() { <-running }()
		case <-ctx.Done():
			return nil, diag.Refuse(diag.ErrLimit, CodeBusy, "Try again in a moment.", "too many expressions are being tried")
		}
		o, err := probe.Run(ctx, in.Body)
		return &out[probe.Output]{Body: o}, err
	}
}
