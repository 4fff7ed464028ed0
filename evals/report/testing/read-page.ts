import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const Data = z.object({ stories: z.array(z.string()), texts: z.array(z.string()) });

const unpacked = (packed: string): string => gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');

/** What the page's script would show: every story and every long text, decompressed. */
export function readPage(html: string): { stories: unknown[]; texts: string[] } {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const { stories, texts } = Data.parse(JSON.parse(json));
  return {
    stories: stories.map((story): unknown => JSON.parse(unpacked(story))),
    texts: texts.map(unpacked),
  };
}
