// ADDSTR holds all parts of a sum in one node; constants are folded when nothing else is between; += is an ASOP.
package p

const prefix = "a" + "b"

func concat(s, t string) string {
	u := s + t + "x" + "y" + s
	u += t
	v := prefix + s
	if s+t == u {
		return v
	}
	return (s + t) + (u + v)
}
