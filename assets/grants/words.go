package grants

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// words are what a language says. The texts have verbs of fmt with numbered arguments, as the languages order them differently.
type words struct {
	// may and mayNot: who, does what, with what. verb and doing name the actions.
	may, mayNot string
	verb, doing map[Action]string
	// allowed and denied: subject, action, scope, implication, until, by whom. implies and forbids: the action asked for.
	// otherwise is allowed where a deny stands before it.
	allowed, denied  string
	otherwise        string
	implies, forbids string
	// until: a time. forGood stands for none.
	until, forGood string
	outweighs      string
	nothing        string
	// expired and revoked: subject, action, scope, when; who, why.
	expired, revoked, note string
	// takeBack and needed: what. actions, scopes, subjects. ask: the team. askAdmin where there is none.
	takeBack, needed, ask, askAdmin string
	user, team, role, nobody        string
	table, db, catalog, everything  string
	comma, or, stop                 string
}

// languages are the languages that explanations are written in.
func languages() map[string]*words {
	return map[string]*words{"en": english(), "zh": chinese()}
}

func english() *words {
	return &words{
		may: "%[1]s may %[2]s %[3]s.", mayNot: "%[1]s may not %[2]s %[3]s.",
		verb:      map[Action]string{Discover: "discover", Read: "read", Write: "write", Manage: "manage"},
		doing:     map[Action]string{Discover: "discovering", Read: "reading", Write: "writing", Manage: "managing"},
		allowed:   "Allowed: %[1]s may %[2]s %[3]s%[4]s, %[5]s (granted by %[6]s).",
		denied:    "Denied: %[1]s may not %[2]s %[3]s%[4]s, %[5]s (said by %[6]s).",
		otherwise: "Without that: %[1]s may %[2]s %[3]s%[4]s, %[5]s (granted by %[6]s).",
		implies:   ", which includes %s", forbids: ", without which there is no %s",
		until: "until %s", forGood: "for good",
		outweighs: "One deny outweighs every grant.", nothing: "Nothing grants it.",
		expired: "It was granted: %[1]s could %[2]s %[3]s until %[4]s.", revoked: "It was granted: %[1]s could %[2]s %[3]s until %[5]s took it back, %[4]s%[6]s.",
		note:     ` ("%s")`,
		takeBack: "For it to be allowed, that must be taken back.", needed: "Needed is a grant to %[1]s on %[2]s to %[3]s.",
		ask: "The team %s or an administrator can do that.", askAdmin: "An administrator can do that.",
		user: "%s", team: "the team %s", role: "the role %s", nobody: "whoever is not signed in",
		table: "the table %s", db: "the database %s", catalog: "the catalog %s", everything: "everything",
		comma: ", ", or: " or ", stop: " ",
	}
}

func chinese() *words {
	return &words{
		may: "%[1]s可以%[2]s%[3]s。", mayNot: "%[1]s不可以%[2]s%[3]s。",
		verb:      map[Action]string{Discover: "查看", Read: "读取", Write: "写入", Manage: "管理"},
		doing:     map[Action]string{Discover: "查看", Read: "读取", Write: "写入", Manage: "管理"},
		allowed:   "允许：%[1]s可以%[2]s%[3]s%[4]s，%[5]s（由“%[6]s”授予）。",
		denied:    "拒绝：%[1]s不可以%[2]s%[3]s%[4]s，%[5]s（由“%[6]s”设定）。",
		otherwise: "否则允许：%[1]s可以%[2]s%[3]s%[4]s，%[5]s（由“%[6]s”授予）。",
		implies:   "（包含%s）", forbids: "（因此不能%s）",
		until: "截至 %s", forGood: "长期有效",
		outweighs: "任何一条拒绝都优先于所有授权。", nothing: "没有任何授权允许此操作。",
		expired: "曾经授权：%[1]s可以%[2]s%[3]s，已于 %[4]s 到期。", revoked: "曾经授权：%[1]s可以%[2]s%[3]s，已于 %[4]s 被“%[5]s”收回%[6]s。",
		note:     "（“%s”）",
		takeBack: "需要先收回上述拒绝。", needed: "需要在%[2]s上把%[1]s权限授予%[3]s。",
		ask: "团队“%s”或管理员可以处理。", askAdmin: "管理员可以处理。",
		user: "用户“%s”", team: "团队“%s”", role: "角色“%s”", nobody: "未登录的访问者",
		table: "表“%s”", db: "数据库“%s”", catalog: "目录“%s”", everything: "全部对象",
		comma: "、", or: "或", stop: "",
	}
}

// tell puts an explanation into words.
func (w *words) tell(e *Explanation, name func(Subject) string) string {
	head := w.mayNot
	if e.Allowed {
		head = w.may
	}
	scopes := e.Object.Scopes()
	object := scopes[len(scopes)-1]
	said := []string{capital(fmt.Sprintf(head, w.subject(e.Subject, e.Name), w.verb[e.Action], w.scope(object, e.ObjectName)))}
	for i := range e.Denies {
		said = append(said, w.reason(w.denied, w.forbids, &e.Denies[i], e.Action))
	}
	if len(e.Denies) > 0 && len(e.Allows) > 0 {
		said = append(said, w.outweighs)
	}
	allowed := w.allowed
	if len(e.Denies) > 0 {
		allowed = w.otherwise
	}
	for i := range e.Allows {
		said = append(said, w.reason(allowed, w.implies, &e.Allows[i], e.Action))
	}
	if e.Verdict == ByNothing {
		said = append(said, w.nothing)
	}
	for i := range e.Ended {
		said = append(said, w.ended(&e.Ended[i]))
	}
	if e.Needed != nil {
		said = append(said, w.need(e, name)...)
	}
	return strings.Join(said, w.stop)
}

func (w *words) reason(form, implication string, r *Reason, asked Action) string {
	also := ""
	if r.Action != asked {
		also = fmt.Sprintf(implication, w.doing[asked])
	}
	return fmt.Sprintf(form, w.subject(r.Subject, r.SubjectName), w.verb[r.Action], w.scope(r.Scope, r.ScopeName), also, w.end(r.Expires), r.ByName)
}

func (w *words) ended(r *Reason) string {
	if r.Revoked == nil {
		return fmt.Sprintf(w.expired, w.subject(r.Subject, r.SubjectName), w.verb[r.Action], w.scope(r.Scope, r.ScopeName), moment(r.Expires))
	}
	note := ""
	if r.Revoked.Note != "" {
		note = fmt.Sprintf(w.note, r.Revoked.Note)
	}
	return fmt.Sprintf(w.revoked, w.subject(r.Subject, r.SubjectName), w.verb[r.Action], w.scope(r.Scope, r.ScopeName), moment(r.Revoked.At), r.Revoked.Name, note)
}

func (w *words) need(e *Explanation, name func(Subject) string) []string {
	var said []string
	if len(e.Needed.TakeBack) > 0 {
		said = append(said, w.takeBack)
	}
	if e.Needed.Grant && len(e.Needed.Subjects) > 0 {
		var actions, scopes, subjects []string
		for _, a := range e.Needed.Actions {
			actions = append(actions, w.verb[a])
		}
		for _, s := range e.Needed.Scopes {
			scopes = append(scopes, w.scope(s, w.partOf(s, e)))
		}
		for _, s := range e.Needed.Subjects {
			label := e.Name
			if s != e.Subject {
				label = name(s)
			}
			subjects = append(subjects, w.subject(s, label))
		}
		said = append(said, fmt.Sprintf(w.needed, w.either(actions), w.either(scopes), w.either(subjects)))
	}
	if e.Needed.Ask == "" {
		return append(said, w.askAdmin)
	}
	return append(said, fmt.Sprintf(w.ask, e.Needed.Ask))
}

// partOf is the name of what is above the object of an explanation.
func (w *words) partOf(s Scope, e *Explanation) string {
	where, _ := s.place()
	switch where.level {
	case levelTable:
		return e.ObjectName
	case levelDB:
		return where.catalog + "." + where.name
	default:
		return where.catalog
	}
}

func (w *words) subject(s Subject, name string) string {
	switch kind, _ := s.Kind(); kind {
	case "team":
		return fmt.Sprintf(w.team, name)
	case "role":
		return fmt.Sprintf(w.role, name)
	case "":
		return w.nobody
	default:
		return fmt.Sprintf(w.user, name)
	}
}

// capital begins a sentence.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

func (w *words) scope(s Scope, name string) string {
	where, _ := s.place()
	switch where.level {
	case levelTable:
		return fmt.Sprintf(w.table, name)
	case levelDB:
		return fmt.Sprintf(w.db, name)
	case levelCatalog:
		return fmt.Sprintf(w.catalog, name)
	default:
		return w.everything
	}
}

func (w *words) end(t time.Time) string {
	if t.IsZero() {
		return w.forGood
	}
	return fmt.Sprintf(w.until, moment(t))
}

// either lists alternatives.
func (w *words) either(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], w.comma) + w.or + all[len(all)-1]
}

// moment is a time as explanations write it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
