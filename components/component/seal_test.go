package component

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/model"
)

func secretFields() []Field {
	inner := NewField("server", FieldObject, "Server", "服务").WithFields(
		NewField("host", FieldString, "Host", "主机"), NewField("token", FieldString, "Token", "令牌").Optional().AsSecret())
	return []Field{
		NewField("user", FieldString, "User", "用户"),
		NewField("password", FieldString, "Password", "密码").Optional().AsSecret(),
		NewField("servers", FieldList, "Servers", "服务列表").Optional().ListOf(inner),
		NewField("keys", FieldMap, "Keys", "密钥").Optional().ListOf(NewField("key", FieldString, "Key", "密钥").AsSecret()),
	}
}

func TestSealedParametersComeBack(t *testing.T) {
	const text = `{"keys":{"a":"k1"},"password":"p1","servers":[{"host":"h0"},{"host":"h1","token":"t1"}],"user":"u"}`
	v, err := model.ParseJSON([]byte(text))
	require.NoError(t, err)
	var diags diag.List
	p, ok := Decode(secretFields(), v, "", &diags)
	require.True(t, ok, diags)
	_, err = Encode(secretFields(), p)
	require.Error(t, err, "nothing is written out in plain text by itself")

	places := map[string]string{}
	sealed, err := EncodeSealed(secretFields(), p, func(path, text string) (string, error) {
		places[path] = text
		return "<" + path + ">", nil
	})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"password": "p1", "servers[1].token": "t1", "keys.a": "k1"}, places)
	for _, secret := range places {
		require.NotContains(t, string(sealed), `"`+secret+`"`)
	}

	v, err = model.ParseJSON(sealed)
	require.NoError(t, err)
	opened, err := MapSecrets(secretFields(), v, func(path string, v model.Value) (model.Value, error) {
		text, ok := Sealed(v)
		require.True(t, ok)
		require.Equal(t, "<"+path+">", text)
		return model.Value{Kind: model.String, Text: places[path]}, nil
	})
	require.NoError(t, err)
	require.JSONEq(t, text, string(opened.JSON()))
	require.JSONEq(t, string(sealed), string(v.JSON()), "what was read is not changed")

	_, err = EncodeSealed(secretFields(), p, func(string, string) (string, error) { return "", errors.New("no key") })
	require.ErrorContains(t, err, "no key")
	require.NotContains(t, err.Error(), "p1")
}

func TestSealedIsNoParameter(t *testing.T) {
	v, err := model.ParseJSON([]byte(`{"user":"u","password":{"sealed":"v1.stolen"}}`))
	require.NoError(t, err)
	var diags diag.List
	_, ok := Decode(secretFields(), v, "", &diags)
	require.False(t, ok)
	require.Contains(t, diags.Error(), "param.unknown")
	for _, odd := range []string{`[]`, `{"password":[1]}`, `{"servers":{"a":1},"keys":[]}`, `{"servers":["x",null]}`} {
		v, err := model.ParseJSON([]byte(odd))
		require.NoError(t, err)
		out, err := MapSecrets(secretFields(), v, func(_ string, v model.Value) (model.Value, error) { return v, nil })
		require.NoError(t, err)
		require.JSONEq(t, odd, string(out.JSON()))
	}
}
