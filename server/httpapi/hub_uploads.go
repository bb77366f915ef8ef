package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/server/auth"
)

func (a *API) registerUploads() {
	const tag = "uploads"
	// An upload is its maker's alone: the handlers look for it under who asks.
	edit := need(auth.Edit)
	register(a, op{ID: "upload", Method: http.MethodPost, Path: "/uploads", Tag: tag, Summary: "Send a file of rows", Status: http.StatusCreated,
		Description: "The body is the file: CSV with a header, one JSON object a line, or Parquet; the first two may be packed with gzip (.gz). The answer says what it seems to hold. The file waits for an hour on the server that took it.",
		Access:      edit}, a.upload)
	register(a, op{ID: "get_upload", Method: http.MethodGet, Path: "/uploads/{upload}", Tag: tag, Summary: "A file that waits", Access: edit}, a.getUpload)
	register(a, op{ID: "land_upload", Method: http.MethodPost, Path: "/uploads/{upload}/land", Tag: tag, Summary: "Bring a file's rows to a table",
		Description: "All good rows become visible at once, or nothing. With dry_run nothing is written, and the answer says what would be.", Access: edit, Action: true}, a.landUpload)
	register(a, op{ID: "discard_upload", Method: http.MethodDelete, Path: "/uploads/{upload}", Tag: tag, Summary: "Remove a file that waits", Access: edit}, a.discardUpload)
}

// uploadIn is a file. Its body is read as it comes, not as a whole: Uploads bounds it.
type uploadIn struct {
	Name   string `query:"name" maxLength:"255" doc:"the file's name, which tells the format"`
	Format string `query:"format" enum:"csv,json,parquet" doc:"where the name does not tell"`

	body io.Reader
}

var _ huma.Resolver = (*uploadIn)(nil)

// Resolve takes the body from the request.
func (u *uploadIn) Resolve(ctx huma.Context) []error {
	u.body = ctx.BodyReader()
	return nil
}

func (a *API) upload(ctx context.Context, in *uploadIn) (*out[catalog.Upload], error) {
	up, err := a.services.Catalog.Uploads.Receive(ctx, in.Name, in.Format, uploader(ctx), in.body)
	if err != nil {
		return nil, err
	}
	return &out[catalog.Upload]{Body: *up}, nil
}

func uploader(ctx context.Context) string { return string(auth.From(ctx).Grants().Subject) }

// UploadPath names a file that waits.
type UploadPath struct {
	Upload string `path:"upload" maxLength:"64"`
}

func (a *API) getUpload(ctx context.Context, in *UploadPath) (*out[catalog.Upload], error) {
	up, err := a.services.Catalog.Uploads.Get(in.Upload, uploader(ctx))
	if err != nil {
		return nil, err
	}
	return &out[catalog.Upload]{Body: *up}, nil
}

func (a *API) discardUpload(ctx context.Context, in *UploadPath) (*none, error) {
	return nil, a.services.Catalog.Uploads.Discard(in.Upload, uploader(ctx))
}

func (a *API) landUpload(ctx context.Context, in *struct {
	UploadPath
	Body catalog.Landing
},
) (*out[catalog.Landed], error) {
	if _, err := a.services.Catalog.Uploads.Get(in.Upload, uploader(ctx)); err != nil {
		return nil, err
	}
	if err := a.mayLand(ctx, in.Body); err != nil {
		return nil, err
	}
	landed, err := a.services.Catalog.Uploads.Land(ctx, in.Upload, uploader(ctx), in.Body)
	return &out[catalog.Landed]{Body: landed}, err
}

// mayLand decides whether rows may go where they are to go.
func (a *API) mayLand(ctx context.Context, in catalog.Landing) error {
	if in.Mode == component.UploadCreate {
		return mayIn(ctx, auth.Edit, in.Team)
	}
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return err
	}
	t, ok := s.Entry(in.Table)
	if !ok || !a.may(ctx, grants.Discover, t.Object()) {
		return notFound(KindTable)
	}
	if !a.may(ctx, grants.Write, t.Object()) {
		return diag.Refuse(diag.ErrDenied, CodeDenied, "Ask the table's owner for it.", "you may not write this table")
	}
	return nil
}
