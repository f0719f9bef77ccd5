import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/app';
import '@/app/global.css';
import { applyTheme } from '@/theme/theme';

// After an upgrade an open page asks for code that is gone: once, the whole page is loaded anew.
addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('reloaded')) return;
  sessionStorage.setItem('reloaded', '1');
  event.preventDefault();
  location.reload();
});

applyTheme();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
