package httpapi

import (
	"context"
	"net/http"

	"millrace/server/auth"
)

// registerUsers serves accounts, to administrators.
func (a *API) registerUsers() {
	if a.services.Identity == nil {
		return
	}
	const tag = "users"
	admin := need(auth.Administer)
	register(a, op{ID: "list_users", Method: http.MethodGet, Path: "/users", Tag: tag, Summary: "All accounts", Access: admin}, a.listUsers)
	register(a, op{ID: "create_user", Method: http.MethodPost, Path: "/users", Tag: tag, Summary: "Make an account", Status: http.StatusCreated, Access: admin, Action: true}, a.createUser)
	register(a, op{ID: "get_user", Method: http.MethodGet, Path: "/users/{user}", Tag: tag, Summary: "An account", Access: admin}, a.getUser)
	register(a, op{ID: "change_user", Method: http.MethodPut, Path: "/users/{user}", Tag: tag, Summary: "Change an account",
		Description: "Another role, or disabling it, ends its sessions.", Access: admin}, a.changeUser)
	register(a, op{ID: "remove_user", Method: http.MethodDelete, Path: "/users/{user}", Tag: tag, Summary: "Remove an account", Access: admin}, a.removeUser)
	register(a, op{ID: "reset_password", Method: http.MethodPost, Path: "/users/{user}/reset_password", Tag: tag, Summary: "Give an account a random password",
		Description: "Ends its sessions. The password is told once.", Access: admin, Action: true}, a.resetPassword)
	register(a, op{ID: "list_user_tokens", Method: http.MethodGet, Path: "/users/{user}/tokens", Tag: tag, Summary: "An account's API tokens", Access: admin}, a.listUserTokens)
	register(a, op{ID: "revoke_user_token", Method: http.MethodDelete, Path: "/users/{user}/tokens/{token}", Tag: tag, Summary: "Revoke an account's API token", Access: admin}, a.revokeUserToken)
	register(a, op{ID: "list_people", Method: http.MethodGet, Path: "/people", Tag: tag, Summary: "Whom one can give something to: the names of all accounts",
		Access: need(auth.Edit)}, a.listPeople)
}

// UserIn names an account. It is exported because huma fills no embedded struct that is not.
type UserIn struct {
	User string `path:"user" maxLength:"64"`
}

func (a *API) listUsers(ctx context.Context, in *struct{ Page }) (*listOut[auth.Account], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	accounts, err := a.services.Identity.Store.Accounts(ctx, after, in.Limit)
	return &listOut[auth.Account]{Body: pageOf(accounts, in.Limit, func(u auth.Account) string { return u.Name })}, err
}

// pageOf makes a page of items that are sorted by a key; a full page may have a next one.
func pageOf[T any](items []T, limit int, key func(T) string) Items[T] {
	page := Items[T]{Items: items}
	if len(items) == limit && limit > 0 {
		page.NextCursor = cursorOf(key(items[limit-1]))
	}
	return page
}

func userOut(u auth.Account, err error) (*itemOut[auth.Account], error) {
	return &itemOut[auth.Account]{ETag: etag(u.Revision), Body: u}, err
}

func (a *API) createUser(ctx context.Context, in *struct {
	Body struct {
		Name        string    `json:"name" minLength:"1" maxLength:"400"`
		Password    string    `json:"password" required:"false" maxLength:"4096" doc:"empty for an account that signs in with the single sign-on, or gets a password later"`
		DisplayName string    `json:"display_name" required:"false" maxLength:"255"`
		Email       string    `json:"email" required:"false" maxLength:"255"`
		Role        auth.Role `json:"role" enum:"viewer,analyst,operator,admin"`
	}
},
) (*itemOut[auth.Account], error) {
	return userOut(a.services.Identity.AddAccount(ctx, in.Body.Name, in.Body.Password,
		auth.AccountChange{DisplayName: in.Body.DisplayName, Email: in.Body.Email, Role: in.Body.Role}))
}

func (a *API) getUser(ctx context.Context, in *UserIn) (*itemOut[auth.Account], error) {
	return userOut(a.services.Identity.Store.Account(ctx, in.User))
}

func (a *API) changeUser(ctx context.Context, in *struct {
	Match
	UserIn
	Body auth.AccountChange
},
) (*itemOut[auth.Account], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return userOut(a.services.Identity.ChangeAccount(ctx, in.User, revision, in.Body))
}

func (a *API) removeUser(ctx context.Context, in *struct {
	Match
	UserIn
},
) (*none, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return nil, a.services.Identity.RemoveAccount(ctx, in.User, revision)
}

type newPassword struct {
	Password string `json:"password" doc:"it is told once"`
}

func (a *API) resetPassword(ctx context.Context, in *UserIn) (*out[newPassword], error) {
	password, err := a.services.Identity.ResetPassword(ctx, in.User)
	return &out[newPassword]{Body: newPassword{password}}, err
}

func (a *API) listUserTokens(ctx context.Context, in *UserIn) (*listOut[auth.Token], error) {
	if _, err := a.services.Identity.Store.Account(ctx, in.User); err != nil {
		return nil, err
	}
	tokens, err := a.services.Identity.Store.TokensOf(ctx, in.User)
	return &listOut[auth.Token]{Body: Items[auth.Token]{Items: tokens}}, err
}

func (a *API) revokeUserToken(ctx context.Context, in *struct {
	UserIn
	Token string `path:"token" maxLength:"64"`
},
) (*none, error) {
	return nil, a.services.Identity.RemoveToken(ctx, in.Token, in.User)
}

// Person is what everybody who builds may know of an account.
type Person struct {
	User        string `json:"user"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
}

func (a *API) listPeople(ctx context.Context, in *struct{ Page }) (*listOut[Person], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	accounts, err := a.services.Identity.Store.Accounts(ctx, after, in.Limit)
	people := make([]Person, len(accounts))
	for i, u := range accounts {
		people[i] = Person{User: u.ID, Name: u.Name, DisplayName: u.DisplayName}
	}
	return &listOut[Person]{Body: pageOf(people, in.Limit, func(p Person) string { return p.Name })}, err
}
