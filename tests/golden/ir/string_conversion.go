// STR2BYTES, STR2RUNES, BYTES2STR, RUNES2STR, RUNESTR; between string types it is a CONVNOP.
package p

func conversions(s string, b []byte, r []rune, n rune) (string, int) {
	x := []byte(s)
	y := []rune(s)
	z := string(b) + string(r) + string(n)
	if string(b) == s {
		z += string(x[1:2])
	}
	type text string
	u := text(s)
	return z + string(u), len(y) + len([]byte("constant"))
}
