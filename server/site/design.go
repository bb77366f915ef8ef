package site

import (
	"context"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/httpapi"
)

var _ httpapi.Designer = (*Site)(nil)

// Design designs the table that a model's rows land in, from what the principal may read, where it may write.
func (s *Site) Design(ctx context.Context, who grants.Principal, model string, o app.DesignOptions) (*app.Designed, diag.List, error) {
	env, err := s.Env(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, nil, err
	}
	return (&app.Workbench{Registry: s.registry}).DesignIn(ctx, env, "model", []byte(model), v, o)
}
