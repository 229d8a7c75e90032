import sys, tempfile, traceback
from pathlib import Path
from juesuan.hosts.read import read_book
from juesuan.validation import examine
from tests.foreign.cases import load
from tests.bind import titles, codes, summary, basic, public
from tests.bind.expect import *
from tests.bind.shapes import SHAPES
names = sys.argv[1:] or list(SHAPES)
keep = Path('/tmp/shapes'); keep.mkdir(exist_ok=True)
for n in names:
    s = SHAPES[n]
    for c in s.cases:
        case = load(c); p = keep/f'{n}-{c}.xlsx'
        out=[]
        try:
            s.build(case).save(p)
            v = examine(read_book(p))
            e, b = expected(case), bound(v.binding)
            miss = {k:x for k,x in e.items() if k not in b}; more={k:x for k,x in b.items() if k not in e}; diff={k:(e[k],b[k]) for k in e if k in b and e[k]!=b[k]}
            if len(v.binding.tables)<9: out.append(f'tables missing: {sorted(set(KEYS.values())-set(v.binding.tables))}')
            for w,d in (('miss',miss),('more',more),('diff',diff)):
                if d: out.append(f'{w} {len(d)}: {list(d.items())[:3]}')
            if not published(case, v.report): out.append('findings differ')
            if v.report.counts.not_evaluated: out.append(f'not_evaluated {v.report.counts.not_evaluated}')
            if v.report.unit not in (case['unit'],): out.append(f'unit {v.report.unit!r}')
            if v.report.year != case['year']: out.append(f'year {v.report.year}')
            m = told(v.report); extra, lacking = unmatched(m, s.told)
            if extra: out.append(f'told {len(extra)}: {extra[:6]}')
            if lacking: out.append(f'not told: {lacking}')
        except Exception as ex:
            out.append('EXC '+repr(ex)); traceback.print_exc(limit=-3)
        if out:
            print('FAIL',n,c); [print('    ',o) for o in out]
            if '-1' not in names: break
    else: print('ok  ',n)
