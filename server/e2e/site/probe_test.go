package site
import ("testing";"fmt")
func TestProbe(t *testing.T){ s:=newServer(t); for _,r:=range s.routes {fmt.Println(r.Method,r.Path,r.ID,r.Access)}
 a:=s.account("alice","analyst"); fmt.Printf("%+v\n", s.team("alpha",a)) }
