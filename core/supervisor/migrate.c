#include "core/supervisor/process.h"
ep_status process_migrate(struct host *host, const struct manifest *m, struct err *err)
{ 
	struct store_tx *tx; uint64_t pt;
	for (uint32_t i=0;i<m->n_migrations;i++){ EP_TRY(store_begin(host->store,STORE_WRITE,0,&tx,err)); 
	char t[4000]; size_t k=0; const char *s=m->migrations[i].text; while(*s&&k<3900){ if(!strncmp(s,"ep_text",7)){memcpy(t+k,"TEXT",4);k+=4;s+=7;} else if(!strncmp(s,"ep_int",6)){memcpy(t+k,"INTEGER",7);k+=7;s+=6;} else t[k++]=*s++; } t[k]=0;
	struct err e2={0}; if(store_script(tx,t,&e2)!=EP_OK){ store_rollback(tx); continue;} EP_TRY(store_commit(tx,&pt,err)); }
	return EP_OK; }
