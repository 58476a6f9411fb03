import { Component, type ReactNode } from 'react';
import { type ErrorShape, errorShape } from '../../../shared/errors';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';

/** Keeps a view that fails to draw from taking the window down: the others go on, and this one can be tried again. */
export class TabBoundary extends Component<{ title: string; children: ReactNode }, { error: ErrorShape | undefined }> {
  override state: { error: ErrorShape | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: ErrorShape } {
    return { error: errorShape(error) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorBox error={{ ...error, hint: `"${this.props.title}" could not be drawn. Nothing that you typed is lost.` }}>
        <Button onClick={() => this.setState({ error: undefined })}>Try again</Button>
      </ErrorBox>
    );
  }
}
