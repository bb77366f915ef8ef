package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"millrace/assets/document"
	"millrace/models/diag"
	"millrace/server/auth"
)

// maxDocument bounds a body with a text: the longest text with every byte of it escaped.
const maxDocument = 6*document.MaxText + 1<<16

// registerDocuments serves models: drafts, versions and what is said of texts.
func (a *API) registerDocuments() {
	if a.services.Documents == nil {
		return
	}
	const tag = "documents"
	see, edit := need(auth.View).on(KindDocument, "document"), need(auth.Edit).on(KindDocument, "document")
	register(a, op{ID: "list_documents", Method: http.MethodGet, Path: "/documents", Tag: tag, Access: need(auth.View), Summary: "The models of your teams, by name",
		Description: "Without their texts."}, a.listDocuments)
	register(a, op{ID: "create_document", Method: http.MethodPost, Path: "/documents", Tag: tag, Access: need(auth.Edit), Action: true, Status: http.StatusCreated, MaxBody: maxDocument,
		Summary: "Make a model"}, a.createDocument)
	register(a, op{ID: "get_document", Method: http.MethodGet, Path: "/documents/{document}", Tag: tag, Access: see, Summary: "A model with its draft",
		Description: "The diagnostics are those of the draft, compiled as you."}, a.getDocument)
	register(a, op{ID: "save_draft", Method: http.MethodPut, Path: "/documents/{document}/draft", Tag: tag, Access: edit, MaxBody: maxDocument, Summary: "Save a draft",
		Description: "Any text is kept; what is wrong with it comes back. When somebody else has saved since the revision that If-Match names, nothing is saved, " +
			"and the diagnostics say who it was and what is different in the newer draft."}, a.saveDraft)
	register(a, op{ID: "rename_document", Method: http.MethodPut, Path: "/documents/{document}/name", Tag: tag, Access: edit, Summary: "Give a model another name"}, a.renameDocument)
	register(a, op{ID: "delete_document", Method: http.MethodDelete, Path: "/documents/{document}", Tag: tag, Access: edit, Summary: "Delete a model",
		Description: "One that others read, or that was deployed, stays. Its id is never used again."}, a.deleteDocument)
	register(a, op{ID: "restore_document", Method: http.MethodPost, Path: "/documents/{document}/restore", Tag: tag, Access: edit, Action: true, Summary: "Make a version's text the draft"}, a.restoreDocument)
	register(a, op{ID: "publish_document", Method: http.MethodPost, Path: "/documents/{document}/versions", Tag: tag, Access: edit, Action: true, Status: http.StatusCreated,
		Summary: "Publish the draft as a version", Description: "It must compile as you."}, a.publishDocument)
	register(a, op{ID: "list_versions", Method: http.MethodGet, Path: "/documents/{document}/versions", Tag: tag, Access: see, Summary: "A model's versions, the newest first"}, a.listVersions)
	register(a, op{ID: "get_version", Method: http.MethodGet, Path: "/documents/{document}/versions/{number}", Tag: tag, Access: see, Summary: "A version with its text"}, a.getVersion)
	register(a, op{ID: "diff_document", Method: http.MethodGet, Path: "/documents/{document}/diff", Tag: tag, Access: see, Summary: "What is different between two texts of a model",
		Description: "As data, and in words: of nodes and parameters, and of what the plans read, write, compute and remember."}, a.diffDocument)

	register(a, op{ID: "validate_text", Method: http.MethodPost, Path: "/compile/validate", Tag: tag, Access: need(auth.Edit), MaxBody: maxDocument, Summary: "Compile a text without keeping it"}, a.validateText)
	register(a, op{ID: "explain_text", Method: http.MethodPost, Path: "/compile/explain", Tag: tag, Access: need(auth.Edit), MaxBody: maxDocument, Summary: "The plans of a text",
		Description: "As compiled and as they run, in words and as graphs, with the columns that each operator reads and those that are not carried."}, a.explainText)
	register(a, op{ID: "format_text", Method: http.MethodPost, Path: "/compile/format", Tag: tag, Access: need(auth.View), MaxBody: maxDocument, Summary: "A text in its canonical form",
		Description: "Comments of a script are kept, those of a YAML document are not."}, a.formatText)
}

// DocumentIn names a document. It is exported because huma sets no fields of embedded types that are not.
type DocumentIn struct {
	Document string `path:"document" maxLength:"64"`
}

// choice is a parameter that is true, false or not given.
type choice string

func (c choice) value() *bool {
	if c == "" {
		return nil
	}
	v := c == "true"
	return &v
}

func (a *API) listDocuments(ctx context.Context, in *struct {
	Page
	Name      string   `query:"name" maxLength:"255" doc:"a part of the name"`
	Kind      []string `query:"kind,explode" doc:"view, relational_model, ab_model or sql"`
	Team      []string `query:"team,explode" doc:"the id of one of these teams"`
	Virtual   choice   `query:"virtual" enum:"true,false" doc:"whether others use its rows by its name"`
	Published choice   `query:"published" enum:"true,false" doc:"whether it has a version"`
},
) (*listOut[document.Document], error) {
	f := document.Filter{Kinds: in.Kind, Name: in.Name, Virtual: in.Virtual.value(), Published: in.Published.value(), Limit: in.Limit, Teams: teamsIn(ctx, KindDocument, in.Team)}
	if err := in.after(&f.After); err != nil {
		return nil, err
	}
	all, err := a.services.Documents.List(ctx, f)
	return &listOut[document.Document]{Body: pageOf(all, in.Limit, func(d document.Document) string { return d.Name })}, err
}

// teamsIn narrows a list to the teams whose things of a kind the principal may see: nil is all teams.
func teamsIn(ctx context.Context, of Kind, wanted []string) []string {
	p := auth.From(ctx)
	// Whoever sees what belongs to nobody in particular sees everything.
	if p.Can(auth.View, of, "") {
		if len(wanted) == 0 {
			return nil
		}
		return wanted
	}
	out := []string{}
	if len(wanted) == 0 {
		for _, m := range p.Teams {
			out = append(out, m.Team)
		}
		return out
	}
	for _, t := range wanted {
		if p.Can(auth.View, of, t) {
			out = append(out, t)
		}
	}
	return out
}

func savedOut(s document.Saved, err error) (*itemOut[document.Saved], error) {
	if err != nil {
		return nil, err
	}
	if s.Diagnostics == nil {
		s.Diagnostics = diag.List{}
	}
	return &itemOut[document.Saved]{ETag: etag(s.Revision), Body: s}, nil
}

func (a *API) createDocument(ctx context.Context, in *struct {
	Body struct {
		Name   string          `json:"name" minLength:"1" maxLength:"255" doc:"catalog.db.table"`
		Team   string          `json:"team" minLength:"1" maxLength:"64" doc:"the id of the team it belongs to"`
		Format document.Format `json:"format" required:"false" enum:"yaml,sql" default:"yaml"`
		Kind   string          `json:"kind" required:"false" enum:"view,relational_model" doc:"of a model that is given no text"`
		Text   string          `json:"text" required:"false"`
	}
},
) (*itemOut[document.Saved], error) {
	if err := mayIn(ctx, auth.Edit, in.Body.Team); err != nil {
		return nil, err
	}
	b := &in.Body
	return savedOut(a.services.Documents.Create(ctx, auth.From(ctx).Grants(), document.Draft{Name: b.Name, Team: b.Team, Format: b.Format, Kind: b.Kind, Text: b.Text}))
}

func (a *API) getDocument(ctx context.Context, in *DocumentIn) (*itemOut[document.Saved], error) {
	return savedOut(a.services.Documents.Get(ctx, auth.From(ctx).Grants(), in.Document))
}

func (a *API) saveDraft(ctx context.Context, in *struct {
	Match
	DocumentIn
	Body struct {
		Text string `json:"text"`
	}
},
) (*itemOut[document.Saved], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return savedOut(a.services.Documents.Save(ctx, auth.From(ctx).Grants(), in.Document, revision, in.Body.Text))
}

func (a *API) renameDocument(ctx context.Context, in *struct {
	Match
	DocumentIn
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"255"`
	}
},
) (*itemOut[document.Saved], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return savedOut(a.services.Documents.Rename(ctx, auth.From(ctx).Grants(), in.Document, revision, in.Body.Name))
}

func (a *API) deleteDocument(ctx context.Context, in *struct {
	Match
	DocumentIn
},
) (*none, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return nil, a.services.Documents.Delete(ctx, in.Document, revision)
}

func (a *API) restoreDocument(ctx context.Context, in *struct {
	Match
	DocumentIn
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
},
) (*itemOut[document.Saved], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return savedOut(a.services.Documents.Restore(ctx, auth.From(ctx).Grants(), in.Document, revision, in.Body.Version))
}

// Published is a new version.
type Published struct {
	Version document.Version `json:"version"`
	// Diagnostics are warnings.
	Diagnostics diag.List `json:"diagnostics" nullable:"false"`
}

func (a *API) publishDocument(ctx context.Context, in *struct {
	Match
	DocumentIn
	Body struct {
		Message string `json:"message" required:"false" maxLength:"4096" doc:"what is new in it"`
	}
},
) (*itemOut[Published], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	d, v, diags, err := a.services.Documents.Publish(ctx, auth.From(ctx).Grants(), in.Document, revision, in.Body.Message)
	if err != nil {
		return nil, err
	}
	if diags == nil {
		diags = diag.List{}
	}
	return &itemOut[Published]{ETag: etag(d.Revision), Body: Published{Version: v, Diagnostics: diags}}, nil
}

func (a *API) listVersions(ctx context.Context, in *struct {
	Page
	DocumentIn
},
) (*listOut[document.Version], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	before, err := strconv.Atoi(after)
	if after != "" && err != nil {
		return nil, diag.Refuse(diag.ErrInvalid, CodeCursor, "Begin again without a cursor.", "the cursor is not one of this list")
	}
	all, err := a.services.Documents.Versions(ctx, in.Document, before, in.Limit)
	return &listOut[document.Version]{Body: pageOf(all, in.Limit, func(v document.Version) string { return strconv.Itoa(v.Number) })}, err
}

func (a *API) getVersion(ctx context.Context, in *struct {
	DocumentIn
	Number int `path:"number" minimum:"1"`
},
) (*out[document.Version], error) {
	v, err := a.services.Documents.Version(ctx, in.Document, in.Number)
	return &out[document.Version]{Body: v}, err
}

func (a *API) diffDocument(ctx context.Context, in *struct {
	DocumentIn
	From string `query:"from" maxLength:"20" default:"published" doc:"a version's number, published or draft"`
	To   string `query:"to" maxLength:"20" default:"draft" doc:"a version's number, published or draft"`
},
) (*out[document.Comparison], error) {
	c, err := a.services.Documents.Diff(ctx, auth.From(ctx).Grants(), in.Document, in.From, in.To)
	return &out[document.Comparison]{Body: c}, err
}

// TextBody is a text that is not kept.
type TextBody struct {
	Format document.Format `json:"format" required:"false" enum:"yaml,sql" default:"yaml"`
	Text   string          `json:"text"`
}

func (a *API) validateText(ctx context.Context, in *struct {
	Body struct {
		TextBody
		Document string `json:"document" required:"false" maxLength:"64" doc:"the id of the model it is a text of"`
	}
},
) (*out[document.Checked], error) {
	name, err := a.nameOf(ctx, in.Body.Document)
	if err != nil {
		return nil, err
	}
	c, err := a.services.Documents.Check(ctx, auth.From(ctx).Grants(), name, in.Body.Document, in.Body.Format, in.Body.Text)
	if c.Diagnostics == nil {
		c.Diagnostics = diag.List{}
	}
	return &out[document.Checked]{Body: c}, err
}

func (a *API) explainText(ctx context.Context, in *struct{ Body TextBody }) (*out[document.Explained], error) {
	e, err := a.services.Documents.Explain(ctx, auth.From(ctx).Grants(), in.Body.Format, in.Body.Text)
	if e.Diagnostics == nil {
		e.Diagnostics = diag.List{}
	}
	return &out[document.Explained]{Body: e}, err
}

// Formatted is a text in its canonical form; one with errors has none.
type Formatted struct {
	Text        string    `json:"text"`
	Diagnostics diag.List `json:"diagnostics" nullable:"false"`
}

func (a *API) formatText(_ context.Context, in *struct{ Body TextBody }) (*out[Formatted], error) {
	text, diags, err := a.services.Documents.Format(in.Body.Format, in.Body.Text)
	if diags == nil {
		diags = diag.List{}
	}
	return &out[Formatted]{Body: Formatted{Text: text, Diagnostics: diags}}, err
}
