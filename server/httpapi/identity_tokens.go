package httpapi

import (
	"context"
	"net/http"
	"time"

	"millrace/server/auth"
)

// registerTokens serves one's own API tokens.
func (a *API) registerTokens(tag string) {
	register(a, op{ID: "list_tokens", Method: http.MethodGet, Path: "/tokens", Tag: tag, Summary: "One's own API tokens", Access: need(auth.View)}, a.listTokens)
	register(a, op{ID: "create_token", Method: http.MethodPost, Path: "/tokens", Tag: tag, Summary: "Make an API token", Status: http.StatusCreated,
		Description: "The secret is told once. The scopes are among what one has oneself.", Access: need(auth.View), Action: true}, a.createToken)
	register(a, op{ID: "revoke_token", Method: http.MethodDelete, Path: "/tokens/{token}", Tag: tag, Summary: "Revoke an API token", Access: need(auth.View)}, a.revokeToken)
}

func (a *API) listTokens(ctx context.Context, _ *struct{}) (*listOut[auth.Token], error) {
	tokens, err := a.services.Identity.Store.TokensOf(ctx, auth.From(ctx).User)
	return &listOut[auth.Token]{Body: Items[auth.Token]{Items: tokens}}, err
}

// NewToken is a token with its secret.
type NewToken struct {
	auth.Token
	Secret string `json:"secret" doc:"what goes behind Bearer; it is told once"`
}

func (a *API) createToken(ctx context.Context, in *struct {
	Body struct {
		Name   string            `json:"name" maxLength:"255" required:"false" doc:"what it is for"`
		Scopes []auth.Capability `json:"scopes" minItems:"1" maxItems:"4" enum:"view,edit,operate,administer"`
		Days   int               `json:"days" minimum:"1" maximum:"366" default:"90" required:"false" doc:"how long it lasts"`
	}
},
) (*out[NewToken], error) {
	token, secret, err := a.services.Identity.AddToken(ctx, auth.From(ctx), in.Body.Name, in.Body.Scopes, time.Duration(in.Body.Days)*24*time.Hour)
	return &out[NewToken]{Body: NewToken{token, secret}}, err
}

func (a *API) revokeToken(ctx context.Context, in *struct {
	Token string `path:"token" maxLength:"64"`
},
) (*none, error) {
	return nil, a.services.Identity.RemoveToken(ctx, in.Token, auth.From(ctx).User)
}
