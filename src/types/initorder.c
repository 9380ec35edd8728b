/* The order in which package variables are initialised (spec, "Package initialization").
 *
 * A declaration depends on what its initialiser or body mentions. The variables and constants that a variable
 * reaches, through any number of functions, are its successors. Again and again we take the variable with the
 * fewest successors left (constants first, then in source order), and remove it from the successors of the
 * others. In a valid program it has none left. When it has some, there is a cycle through it, which is
 * reported. */
#include "types/check_int.h"
#include <stdlib.h>

typedef struct InitNode {
    Object *obj;
    VEC(uint32_t) pred; /* nodes that depend on this one */
    uint32_t ndeps;     /* successors not yet initialised */
    int32_t index;      /* in the heap; -1: taken */
} InitNode;

typedef struct InitGraph {
    InitNode *nodes;
    uint32_t n;
    uint32_t *heap;
    uint32_t heap_n;
} InitGraph;

/* Only constants, variables and functions take part. */
static bool is_dependency(const Object *o) {
    return o->kind == OBJ_CONST || o->kind == OBJ_VAR || o->kind == OBJ_FUNC;
}

static bool node_less(const InitGraph *g, uint32_t a, uint32_t b) {
    const InitNode *x = &g->nodes[a], *y = &g->nodes[b];
    bool xc = x->obj->kind == OBJ_CONST, yc = y->obj->kind == OBJ_CONST;
    if (xc != yc) return xc;
    return x->ndeps != y->ndeps ? x->ndeps < y->ndeps : x->obj->order < y->obj->order;
}

static void heap_place(InitGraph *g, uint32_t i, uint32_t node) {
    g->heap[i] = node;
    g->nodes[node].index = (int32_t)i;
}

static void heap_up(InitGraph *g, uint32_t i) {
    uint32_t node = g->heap[i];
    while (i > 0 && node_less(g, node, g->heap[(i - 1) / 2])) {
        heap_place(g, i, g->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    heap_place(g, i, node);
}

static void heap_down(InitGraph *g, uint32_t i) {
    uint32_t node = g->heap[i];
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= g->heap_n) break;
        if (child + 1 < g->heap_n && node_less(g, g->heap[child + 1], g->heap[child])) child++;
        if (!node_less(g, g->heap[child], node)) break;
        heap_place(g, i, g->heap[child]);
        i = child;
    }
    heap_place(g, i, node);
}

static uint32_t heap_pop(InitGraph *g) {
    uint32_t top = g->heap[0], last = g->heap[--g->heap_n];
    g->nodes[top].index = -1;
    if (g->heap_n > 0) {
        heap_place(g, 0, last);
        heap_down(g, 0);
    }
    return top;
}

/* The walk that finds a node's successors: through functions, stopping at constants and variables. */
typedef struct Reach {
    InitGraph *g;
    const Map *index; /* Object* → node + 1, constants and variables */
    Map seen;         /* Object* → stamp of the last walk that met it */
    uintptr_t stamp;
    uint32_t from;
    VEC(Object *) todo;
} Reach;

static void reach_from(Checker *c, Reach *r, uint32_t from) {
    r->stamp++;
    r->from = from;
    r->todo.n = 0;
    vec_push(NULL, &r->todo, r->g->nodes[from].obj);
    while (r->todo.n > 0) {
        Object *o = vec_pop(&r->todo);
        DeclInfo *d = check_obj_info(c, o);
        for (uint32_t i = 0; d && i < d->deps.n; i++) {
            Object *dep = d->deps.v[i];
            if (!is_dependency(dep) || !check_obj_info(c, dep)) continue;
            if ((uintptr_t)map_get(&r->seen, PKEY(dep)) == r->stamp) continue;
            map_put(&r->seen, PKEY(dep), (void *)r->stamp);
            if (dep->kind == OBJ_FUNC) {
                vec_push(NULL, &r->todo, dep);
                continue;
            }
            uintptr_t to = (uintptr_t)map_get(r->index, PKEY(dep));
            if (!to) continue;
            vec_push(NULL, &r->g->nodes[to - 1].pred, from);
            r->g->nodes[from].ndeps++;
        }
    }
}

static int by_order(const void *a, const void *b) {
    const Object *x = *(Object *const *)a, *y = *(Object *const *)b;
    return x->order < y->order ? -1 : x->order > y->order;
}

typedef VEC(Object *) ObjVec;

/* Finds a path of dependencies from `from` to `to`; it is left in *path in reverse: to first. */
static bool find_path(Checker *c, Object *from, const Object *to, Map *seen, ObjVec *path) {
    if (map_has(seen, PKEY(from))) return false;
    map_put(seen, PKEY(from), from);
    DeclInfo *d = check_obj_info(c, from);
    if (!d || d->deps.n == 0) return false;
    Object **deps = NEW_ARRAY(c->arena, Object *, d->deps.n);
    memcpy(deps, d->deps.v, d->deps.n * sizeof *deps);
    qsort(deps, d->deps.n, sizeof *deps, by_order);
    for (uint32_t i = 0; i < d->deps.n; i++) {
        if (deps[i] == to || find_path(c, deps[i], to, seen, path)) {
            vec_push(NULL, path, deps[i]);
            return true;
        }
    }
    return false;
}

static void report_cycle(Checker *c, const ObjVec *cycle) {
    Object *obj = cycle->v[0];
    if (cycle->n == 1) {
        check_errorf(c, obj->pos, "initialization cycle: %n refers to itself", obj->name);
        return;
    }
    ErrorMsg *err = &(ErrorMsg){.c = c};
    error_addf(err, obj->pos, "initialization cycle for %n", obj->name);
    for (uint32_t j = cycle->n; j > 0; j--) {
        Object *next = cycle->v[j - 1];
        error_addf(err, obj->pos, "%n refers to %n", obj->name, next->name);
        obj = next;
    }
    error_report(err);
}

/* Adds the initialiser of node i to the package's list, if there is one and it is not there yet (a, b =
 * f()). */
static void emit(Checker *c, Object *obj) {
    if (obj->kind != OBJ_VAR) return;
    DeclInfo *d = check_obj_info(c, obj);
    if (!decl_info_has_initializer(d) || d->emitted) return;
    d->emitted = true;
    Initializer *init = NEW(c->arena, Initializer);
    if (d->lhs) {
        *init = (Initializer){.lhs = d->lhs, .nlhs = d->nlhs};
    } else {
        *init = (Initializer){.lhs = NEW_ARRAY(c->arena, Var *, 1), .nlhs = 1};
        init->lhs[0] = obj;
    }
    init->rhs = d->init;
    init->decl = obj->decl;
    vec_push(c->arena, &c->pkg->init_order, init);
}

void check_init_order(Checker *c) {
    InitGraph g = {0};
    Map index = {0};
    g.nodes = xcalloc(c->obj_list.n + 1, sizeof *g.nodes);
    for (uint32_t i = 0; i < c->obj_list.n; i++) {
        Object *o = c->obj_list.v[i];
        if (o->kind != OBJ_CONST && o->kind != OBJ_VAR) continue;
        g.nodes[g.n].obj = o;
        map_put(&index, PKEY(o), (void *)(uintptr_t)++g.n);
    }
    Reach r = {.g = &g, .index = &index};
    for (uint32_t i = 0; i < g.n; i++) reach_from(c, &r, i);
    map_release(&r.seen);
    vec_free(&r.todo);
    map_release(&index);

    g.heap = xcalloc(g.n + 1, sizeof *g.heap);
    g.heap_n = g.n;
    for (uint32_t i = 0; i < g.n; i++) heap_place(&g, i, i);
    for (uint32_t i = g.n / 2; i > 0; i--) heap_down(&g, i - 1);
    while (g.heap_n > 0) {
        InitNode *n = &g.nodes[heap_pop(&g)];
        if (n->ndeps > 0) {
            Map seen = {0};
            ObjVec cycle = {0};
            /* No path: the cycle lies further on and is reported when one of its members is met. */
            if (find_path(c, n->obj, n->obj, &seen, &cycle)) report_cycle(c, &cycle);
            map_release(&seen);
            vec_free(&cycle);
        }
        for (uint32_t i = 0; i < n->pred.n; i++) {
            InitNode *p = &g.nodes[n->pred.v[i]];
            p->ndeps--;
            if (p->index < 0) continue;
            heap_up(&g, (uint32_t)p->index);
            heap_down(&g, (uint32_t)p->index);
        }
        emit(c, n->obj);
    }
    for (uint32_t i = 0; i < g.n; i++) vec_free(&g.nodes[i].pred);
    free_heap(g.nodes);
    free_heap(g.heap);
}
