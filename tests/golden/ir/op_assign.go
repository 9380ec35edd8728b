// An operation with an assignment stays one node, ASOP with the operation's name; x++ is one with the constant 1.
package p

func opAssign(s []int, p *int, t string) string {
	s[*p] += 2
	*p <<= 3
	s[0]++
	s[1]--
	s[2] &^= 7
	t += "x"
	return t
}
