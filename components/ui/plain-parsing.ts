'use client';
/** Pages may not make code of text (Content-Security-Policy): the schemas' parser is told not to try. */
import { z } from 'zod';

z.config({ jitless: true });
