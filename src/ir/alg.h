/* alg: the comparison and hash functions of types, as far as -m=2 tells of them.
 *
 * When the compiler first needs an interface table for a concrete type it writes the descriptors of that type
 * and of everything the type mentions, and with them a function for == of each struct and array that is not
 * plain memory, and one that hashes the keys of each map. They are functions of the package like others:
 * refused by the inliner, analysed for escapes. Under plain -m nothing is said of them, so they are made only
 * when more is asked. */
#ifndef GOESC_IR_ALG_H
#define GOESC_IR_ALG_H
#include "ir/ir.h"

/* A value of type typ is converted to the interface type iface (any other pair is ignored). */
void alg_itab(IrPackage *pkg, Type *typ, Type *iface);

#endif
