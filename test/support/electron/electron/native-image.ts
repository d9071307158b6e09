import { existsSync, readFileSync } from 'node:fs';
import { problem, strict } from '../record.ts';

/** What a tray needs of an image, Electron's or the stand-in's. */
export interface Picture {
  isEmpty(): boolean;
  toPNG(): Buffer;
}

/** A PNG; sizes are read from its header. */
export class NativeImageStandIn {
  readonly png: Buffer;
  private template = false;
  constructor(png: Buffer) {
    this.png = png;
  }
  isEmpty(): boolean {
    return this.png.length === 0;
  }
  toPNG(): Buffer {
    return this.png;
  }
  toDataURL(): string {
    return `data:image/png;base64,${this.png.toString('base64')}`;
  }
  getSize(): { width: number; height: number } {
    if (this.png.length < 24) return { width: 0, height: 0 };
    return { width: this.png.readUInt32BE(16), height: this.png.readUInt32BE(20) };
  }
  setTemplateImage(option: boolean): void {
    this.template = option;
  }
  isTemplateImage(): boolean {
    return this.template;
  }
}

const fromPath = (path: string): NativeImageStandIn => {
  if (existsSync(path)) return new NativeImageStandIn(readFileSync(path));
  problem(`nativeImage.createFromPath: no such file: ${path}`);
  return new NativeImageStandIn(Buffer.alloc(0));
};

export const nativeImage = strict('nativeImage', {
  createFromPath: fromPath,
  createFromBuffer: (png: Buffer) => new NativeImageStandIn(png),
  createEmpty: () => new NativeImageStandIn(Buffer.alloc(0)),
});

export const imageOf = (image: Picture | string): Picture => (typeof image === 'string' ? fromPath(image) : image);
