/* What type inference asks of a unifier. */
#ifndef GOESC_UNIFY_H
#define GOESC_UNIFY_H
#include "types/check_int.h"

Type *unifier_at(Unifier *u, TypeParam *p); /* the type inferred for p, or NULL */
void unifier_set(Unifier *u, TypeParam *p, Type *t);
uint32_t unifier_unknowns(const Unifier *u);

#endif
