// What a page lays beside each field that has a pointer, as the remarks of a return.
import type { Component, InjectionKey } from 'vue'

export const BESIDE: InjectionKey<Component> = Symbol('beside')
