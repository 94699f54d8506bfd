/* SPDX-License-Identifier: BSD-2-Clause */
#include "list_csv.h"
#include "match.h"
#include "pool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char *slurp(const char *dir, const char *file, size_t *len)
{ char path[512]; snprintf(path,512,"%s/%s",dir,file); FILE *f=fopen(path,"rb"); if(!f){perror(path);exit(2);} fseek(f,0,SEEK_END); long n=ftell(f); rewind(f); char*b=malloc((size_t)n+1); if(fread(b,1,(size_t)n,f)!=(size_t)n)exit(2); b[n]=0; fclose(f); *len=(size_t)n; return b;}
int main(int argc,char**argv){
 struct folder*fo=folder_new(); struct lexicon*lx=lexicon_new();
 static const char*fs[]={"company_forms.txt","company_words.txt","person_words.txt","japanese_names.txt","common_names.txt","countries.txt"};
 for(int i=0;i<6;i++){size_t n;char*t=slurp("modules/compliance/data",fs[i],&n); size_t bad=lexicon_read(lx,fo,t,n); if(bad)printf("%s:%zu bad\n",fs[i],bad); free(t);}
 struct name_reader rd={fo,lx}; struct pool*pool=pool_new(1<<20); struct memory m=pool_memory(pool);
 size_t n;char*t=slurp(argc>1?argv[1]:".","name_pairs_nomenklatura.csv",&n); struct csv c;csv_init(&c,t,n);csv_next(&c);
 int tp=0,fp=0,fn=0,tn=0;
 while(csv_next(&c)==1){ if(!strcmp(csv_field(&c,10),"yes"))continue; const char*sc=csv_field(&c,1);
  pool_reset(pool);
  int best=0; float bs=0; (void)best;
  enum party_type ty=!strcmp(sc,"Person")?PARTY_INDIVIDUAL:!strcmp(sc,"Vessel")?PARTY_VESSEL:!strcmp(sc,"LegalEntity")?PARTY_ANY:PARTY_ENTITY;
  for(int v=0;v<2;v++){ if(ty==PARTY_INDIVIDUAL&&v)continue; if((ty==PARTY_ENTITY||ty==PARTY_VESSEL)&&!v)continue;
   enum name_view vw=v==0?VIEW_PERSON:ty==PARTY_VESSEL?VIEW_CRAFT:VIEW_ENTITY;
   struct name a[4],b[4]; struct party p={0},q={0}; const char*x=csv_field(&c,2),*y=csv_field(&c,3);
   p.type=q.type=ty;p.names=a;p.name_count=name_read(&rd,x,strlen(x),vw,&m,a);q.names=b;q.name_count=name_read(&rd,y,strlen(y),vw,&m,b);
   struct match_result r; match_parties(&match_defaults,&p,&q,&m,&r); if(r.score>bs)bs=r.score;
   float sum=0; for(size_t i=0;i<r.feature_count;i++)sum+=r.features[i].score; if(sum-r.score>1e-4||r.score-sum>1e-4)printf("SUM %f %f\n",(double)sum,(double)r.score);
   if(argc>2&&strstr(x,argv[2]))for(size_t i=0;i<r.feature_count;i++)printf("  %s %.3f [%s] [%s] %s\n",r.features[i].name,(double)r.features[i].score,r.features[i].query,r.features[i].listed,r.features[i].detail);
  }
  int want=!strcmp(csv_field(&c,4),"true"),got=bs>=match_defaults.match;
  if(want&&got)tp++;else if(want)fn++;else if(got)fp++;else tn++;
  if(want!=got)printf("%s %.3f %s | %s | %s %s\n",want?"FN":"FP",(double)bs,csv_field(&c,2),csv_field(&c,3),sc,csv_field(&c,5));
 }
 printf("tp %d fp %d fn %d tn %d F1 %.3f\n",tp,fp,fn,tn,2.0*tp/(2.0*tp+fp+fn));
}
