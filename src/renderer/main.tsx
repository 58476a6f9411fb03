import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import 'dockview-react/dist/styles/dockview.css';
import './app/tokens.css';
import './app/frame/frame.css';
import './app/dock.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { showFirstTheme } from './app/first-theme';

showFirstTheme();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
